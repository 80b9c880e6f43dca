import { readFileSync } from "node:fs";
import { join } from "node:path";

// The bundler runs this file and puts what it exports in its place, so that the program is one file.

const read = (name: string) => readFileSync(join(__dirname, "page", name), "utf8");

/** The page without what a review says, with `{{name}}` where that goes. */
export const frame = read("frame.html");

export const style = ["base.css", "sections.css", "matrix.css"].map(read).join("");

/** The parts of one script, each with the names of those before it. */
export const script = ["data.js", "filter.js", "matrix.js", "inspector.js"].map(read).join("");
