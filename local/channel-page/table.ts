/** Tables: the first row is the head, as Slack shows it. */
import type { TableBlock } from '@slack/types';
import { type Html, html } from './html.ts';
import { renderRichText } from './rich-text.ts';
import type { View } from './view.ts';

type Cell = TableBlock['rows'][number][number];

/** A table that scrolls sideways where it does not fit. */
export function renderTable({ rows, column_settings = [] }: TableBlock, view: View): Html {
  const classOf = (column: number) => {
    const { align = 'left', is_wrapped = false } = column_settings[column] ?? {};
    return is_wrapped ? `${align} wrapped` : align;
  };
  const [head = [], ...body] = rows;
  const headCells = head.map((cell, column) => html`<th scope="col" class="${classOf(column)}">${renderCell(cell, view)}</th>`);
  const bodyRows = body.map(
    (row) => html`<tr>${row.map((cell, column) => html`<td class="${classOf(column)}">${renderCell(cell, view)}</td>`)}</tr>`,
  );
  return html`<div class="table"><table><thead><tr>${headCells}</tr></thead><tbody>${bodyRows}</tbody></table></div>`;
}

function renderCell(cell: Cell, view: View): Html {
  return cell.type === 'rich_text' ? renderRichText(cell, view) : html`${cell.text}`;
}
