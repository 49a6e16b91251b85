import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { writeToneFile } from './tone-file';

/** Debian's Chromium, headless, with a microphone that hears a tone and loopback media. */
const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
  ...['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'],
  ...['--autoplay-policy=no-user-gesture-required', '--allow-loopback-in-peer-connection'],
];

/** An agent's browser with the softphone in it. */
export class SoftphonePage {
  /** What the page complained of: refused by its policy, failed, or thrown. */
  readonly complaints: string[] = [];
  /** What the browser asked the agent; the answer is always yes. */
  readonly questions: string[] = [];

  private constructor(
    readonly page: Page,
    private readonly context: BrowserContext,
    private readonly profile: string,
  ) {
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('dialog', (dialog) => {
      this.questions.push(dialog.type());
      void dialog.accept();
    });
  }

  /**
   * @param hertz of the tone that its microphone hears
   * @param executablePath the browser, or what starts it elsewhere
   * @param zone IANA, of the agent's machine
   */
  static async open(
    url: string,
    hertz: number,
    executablePath = '/usr/bin/chromium',
    zone?: string,
  ): Promise<SoftphonePage> {
    const profile = await mkdtemp(join(tmpdir(), 'santun-browser-'));
    const soundFile = join(profile, 'microphone.wav');
    await writeToneFile(soundFile, hertz);
    const context = await chromium.launchPersistentContext(profile, {
      executablePath,
      headless: true,
      ...(zone === undefined ? {} : { env: { ...process.env, TZ: zone } }),
      args: [
        ...FLAGS,
        `--use-file-for-fake-audio-capture=${soundFile}`,
        // a microphone is given to pages that came over TLS, or that we vouch for
        `--unsafely-treat-insecure-origin-as-secure=${url}`,
      ],
      viewport: { width: 1_280, height: 800 },
      locale: 'en-GB',
      permissions: ['microphone'],
    });
    const page = context.pages()[0] ?? (await context.newPage());
    const softphone = new SoftphonePage(page, context, profile);
    await page.goto(`${url}/softphone/`);
    return softphone;
  }

  /** Another tab of the same browser, with the softphone in it. */
  async openTab(): Promise<SoftphonePage> {
    const page = await this.context.newPage();
    await page.goto(this.page.url());
    return new SoftphonePage(page, this.context, this.profile);
  }

  async signIn(key: string): Promise<void> {
    await this.page.getByLabel('Your key').fill(key);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await this.page.getByRole('heading', { name: /^Hello/ }).waitFor();
  }

  /** Past the checks, which the tests of their parts hold. */
  async startShift(): Promise<void> {
    await this.page.getByRole('checkbox').check();
    await this.page.getByRole('button', { name: 'Start the shift' }).click();
  }

  /** Until the state in the bar is this one. */
  async untilState(name: string, limitMs = 15_000): Promise<void> {
    await this.page.locator('.state strong', { hasText: name }).waitFor({ timeout: limitMs });
  }

  /** The address of the tab that a button opens; it is closed again. */
  async tabOf(name: string): Promise<string> {
    const opened = this.context.waitForEvent('page');
    await this.page.getByRole('button', { name }).click();
    const tab = await opened;
    const url = tab.url();
    await tab.close();
    return url;
  }

  /** The strongest frequency that the page plays now, Hz; 0 when it is silent. */
  hears(): Promise<number> {
    // as text: it runs in the browser, whose names are not those of this program
    return this.page.evaluate<number>(`(async () => {
      const stream = document.querySelector('#far-side').srcObject;
      if (stream === null) return 0;
      const context = new AudioContext();
      const analyser = context.createAnalyser();
      analyser.fftSize = 4096;
      context.createMediaStreamSource(stream).connect(analyser);
      await new Promise((resolve) => setTimeout(resolve, 400));
      const levels = new Float32Array(analyser.frequencyBinCount);
      analyser.getFloatFrequencyData(levels);
      const hertzEach = context.sampleRate / analyser.fftSize;
      await context.close();
      const loudest = levels.indexOf(Math.max(...levels));
      return levels[loudest] < -70 ? 0 : loudest * hertzEach;
    })()`);
  }

  /**
   * The next look at the session is answered, and its answer stays under way until it is let go.
   * @param cause makes the page look
   */
  async holdNextLook(cause: () => Promise<void>): Promise<() => Promise<void>> {
    const { page } = this;
    let isHeld: (letGo: () => Promise<void>) => void;
    const held = new Promise<() => Promise<void>>((resolve) => {
      isHeld = resolve;
    });
    await page.route(
      (url) => url.pathname === '/v1/me/session',
      async (route) => {
        const response = await route.fetch();
        isHeld(() => route.fulfill({ response }));
      },
      { times: 1 },
    );
    await cause();
    const letGo = await held;
    return async () => {
      const arrived = page.waitForResponse('**/v1/me/session');
      await letGo();
      await (await arrived).finished();
      // the page has its turn with it
      await page.evaluate('new Promise((resolve) => setTimeout(resolve))');
    };
  }

  async close(): Promise<void> {
    await this.context.close();
    await rm(this.profile, { recursive: true, force: true });
  }
}
