import PDFDocument from 'pdfkit';
import type { DocumentPart } from '../domain/agreement-document';
import type { Said } from '../domain/said';

/** What every file says of itself. The instant is the document's own: a clock would change its bytes. */
export interface PdfTitle {
  readonly title: Said;
  readonly subject: string;
  readonly at: Date;
}

const MARGIN = 56;
const LABEL_WIDTH = 200;
const PADDING = 3;
const SIZE = { title: 15, heading: 11, body: 9 } as const;

/**
 * Renders a document: A4, text that can be searched and copied, fonts that every reader has. The same
 * parts are the same bytes.
 */
export function renderPdf(head: PdfTitle, parts: readonly DocumentPart[]): Promise<Buffer> {
  const { title, subject, at } = head;
  const pdf = new PDFDocument({
    ...{ size: 'A4', margin: MARGIN, lang: 'id', displayTitle: true },
    info: {
      ...{
        Title: `${title.id} / ${title.en}`,
        Subject: subject,
        Creator: 'Santun',
        Producer: 'Santun',
      },
      ...{ CreationDate: at, ModDate: at },
    },
  });
  const chunks: Buffer[] = [];
  const whole = new Promise<Buffer>((resolve, reject) => {
    pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
    pdf.on('end', () => {
      resolve(Buffer.concat(chunks));
    });
    pdf.on('error', reject);
  });
  pdf.font('Helvetica-Bold', SIZE.title).text(printable(title.id));
  pdf.font('Helvetica', SIZE.heading).fillColor('#555').text(printable(title.en)).fillColor('#000');
  for (const part of parts) draw(pdf, part);
  pdf.end();
  return whole;
}

function draw(pdf: PDFKit.PDFDocument, part: DocumentPart): void {
  switch (part.part) {
    case 'heading':
      pdf.moveDown(0.8).font('Helvetica-Bold', SIZE.heading).text(both(part.said)).moveDown(0.2);
      return;
    case 'row':
      drawRow(pdf, both(part.label), printable(part.value));
      return;
    case 'text':
      pdf.moveDown(0.3).font('Helvetica-Oblique', SIZE.body).text(both(part.label));
      pdf.font('Helvetica', SIZE.body).text(printable(part.text)).moveDown(0.3);
      return;
    case 'table':
      drawTable(pdf, part.heads.map(both), part.rows);
      return;
  }
}

/** Label and value on a line of their own; what is longer goes on below. */
function drawRow(pdf: PDFKit.PDFDocument, label: string, value: string): void {
  const width = pdf.page.width - 2 * MARGIN - LABEL_WIDTH;
  pdf.font('Helvetica', SIZE.body);
  const height = Math.max(
    pdf.heightOfString(label, { width: LABEL_WIDTH - 8 }),
    pdf.heightOfString(value, { width }),
  );
  if (pdf.y + height > pdf.page.height - MARGIN) pdf.addPage();
  const top = pdf.y;
  pdf.fillColor('#555').text(label, MARGIN, top, { width: LABEL_WIDTH - 8 });
  pdf.fillColor('#000').text(value, MARGIN + LABEL_WIDTH, top, { width });
  pdf.x = MARGIN;
  pdf.y = top + height + 2;
}

function drawTable(
  pdf: PDFKit.PDFDocument,
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  pdf.moveDown(0.3).font('Helvetica', SIZE.body);
  const data = [[...heads], ...rows.map((cells) => cells.map(printable))];
  pdf.table({
    defaultStyle: { border: 0.5, borderColor: '#999', padding: PADDING },
    columnStyles: columnWidths(pdf, data),
    data,
  });
  pdf.x = MARGIN;
  pdf.moveDown(0.3);
}

/** Of the page, in the proportion of their longest cells: no cell is broken while the row has room. */
function columnWidths(pdf: PDFKit.PDFDocument, data: readonly (readonly string[])[]): number[] {
  const longest = (data[0] ?? []).map((_, column) =>
    Math.max(...data.map((cells) => pdf.widthOfString(cells[column] ?? '') + 2 * PADDING + 1)),
  );
  const room = pdf.page.width - 2 * MARGIN;
  const all = longest.reduce((sum, width) => sum + width, 0);
  return longest.map((width) => (width / all) * room);
}

const both = ({ id, en }: Said): string => printable(`${id} / ${en}`);

/** Of WinAnsiEncoding (ISO 32000-1, annex D), which the fonts of every reader have. */
const ENCODED = /^[\n\x20-\x7e\xa0-\xff–—‘’“”•…€]$/;
const ALL_ENCODED = /^[\x20-\x7e\xa0-\xff]+$/;

/** What the fonts cannot show is shown without its marks, or as a question mark; never left out. */
function printable(text: string): string {
  return text.replace(/./gsu, (character) => {
    if (ENCODED.test(character)) return character;
    const bare = character.normalize('NFKD').replace(/\p{M}/gu, '');
    return ALL_ENCODED.test(bare) ? bare : '?';
  });
}
