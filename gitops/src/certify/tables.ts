import { groupBy } from "../grouping";
import { formatCell } from "../report/markdown/escape";
import { type Content, createHashSource, Markup, markup } from "../report/html/markup";
import { campaignStyle } from "../report/html/texts";
import { type Column, columnNames, type Row } from "./campaign";

// A campaign for people who read: one table for each organization, in Markdown or as a page. Answers belong into the CSV.

/** The columns that are equal for all people of an organization. */
const common: readonly Column[] = ["organization", "people", "reviewer", "due", "created", "commit"];

/** Returns a table for each organization, with the facts that a reviewer needs. */
export function formatMarkdown(rows: readonly Row[]): string {
  const shown = columnNames.filter((name) => !common.includes(name));
  const tables = listTables(rows).map((table) => {
    const [{ organization, reviewer, due, created, commit }] = table;
    const lines = table.map(
      (row) => `| ${shown.map((column) => (row[column] === "" ? "" : formatCell(row[column]))).join(" | ")} |\n`,
    );
    const about = `Reviewer ${formatCell(reviewer)}, due ${due}, created ${created}, commit ${commit}.`;
    return `## ${formatCell(organization)}\n\n${about}\n\n| ${shown.join(" | ")} |\n|${" --- |".repeat(shown.length)}\n${lines.join("")}`;
  });
  return tables.join("\n");
}

/** Returns the tables as one page that loads nothing and runs no script. Texts from outside are escaped. */
export function formatHtml(rows: readonly Row[]): string {
  const shown = columnNames.filter((name) => name !== "answer" && !common.includes(name));
  const tables = listTables(rows);
  const jumps = tables.map(([{ organization, people }], index) => {
    return markup`<li><a href="#o${index}">${organization} <span class="count">${people}</span></a></li>`;
  });
  const sections = tables.map((table, index) => {
    const [{ organization, reviewer, due, created, commit }] = table;
    return markup`<section>
<h2 id="o${index}">${organization}</h2>
<p class="quiet">Reviewer <b>${reviewer}</b>, due <b>${due}</b>, created ${created}, commit <code>${commit}</code></p>
<div tabindex="0" role="region" aria-labelledby="o${index}"><table>
<thead><tr>${shown.map((column) => markup`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>${table.map((row) => createRow(row, shown))}</tbody>
</table></div>
</section>
`;
  });
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${createHashSource(campaignStyle)}; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Access to certify</title>
${new Markup(`<style>${campaignStyle}</style>`)}
</head>
<body>
<main>
<h1>Access to certify</h1>
<nav aria-label="Organizations"><ul>${jumps}</ul></nav>
${sections}</main>
</body>
</html>
`;
  return page.html;
}

function createRow(row: Row, [first = "person", ...others]: readonly Column[]): Content {
  const cells = others.map((column) => markup`<td>${row[column]}</td>`);
  return markup`<tr><th scope="row">${row[first]}</th>${cells}</tr>\n`;
}

/** Returns the rows of each organization. */
function listTables(rows: readonly Row[]) {
  return [...groupBy(rows, ({ organization }) => organization).values()];
}
