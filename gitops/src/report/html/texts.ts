import { readFileSync } from "node:fs";
import { join } from "node:path";

// The bundler runs this file and inlines its exports, so that the program is one file.

const read = (name: string) => readFileSync(join(__dirname, "page", name), "utf8");

/** The page with `{{name}}` in place of the review. */
export const frame = read("frame.html");

export const style = ["base.css", "sections.css", "matrix.css"].map(read).join("");

/** The style of a campaign. */
export const campaignStyle = ["base.css", "campaign.css"].map(read).join("");

/** The parts of one script. Each uses the names of the parts before it. */
export const script = ["data.js", "filter.js", "matrix.js", "inspector.js"].map(read).join("");
