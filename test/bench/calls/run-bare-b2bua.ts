/**
 * The least that joins two parties with drachtio-srf: what the product is measured against. Prints
 * a JSON line when it is connected.
 */
import Srf from 'drachtio-srf';

interface Admin {
  readonly host: string;
  readonly port: number;
  readonly secret: string;
}

function main(admin: Admin, debtorPort: number): void {
  const srf = new Srf();
  void srf.connect({ ...admin });
  srf.on('connect', (error) => {
    if ((error as Error | null) !== null) throw error;
    process.stdout.write('{"connected":true}\n');
  });
  srf.on('error', () => undefined);
  srf.invite((req, res) => {
    const uri = `sip:+6281200001234@127.0.0.1:${debtorPort}`;
    srf
      .createB2BUA(req, res, uri, {})
      .then(({ uas, uac }) => {
        uas.on('destroy', () => {
          uac.destroy();
        });
        uac.on('destroy', () => {
          uas.destroy();
        });
      })
      // answered already: createB2BUA passes a refusal on by itself
      .catch(() => undefined);
  });
  process.once('SIGTERM', () => process.exit(0));
}

const [host = '', port, secret = '', debtorPort] = process.argv.slice(2);
main({ host, port: Number(port), secret }, Number(debtorPort));
