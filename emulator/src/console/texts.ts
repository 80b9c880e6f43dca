import { readFileSync } from "node:fs";
import { join } from "node:path";

// The bundler runs this file and puts its exports into the program.

const read = (name: string) => readFileSync(join(__dirname, "page", name), "utf8");

/** The page with the placeholders `{{style}}` and `{{script}}`. */
export const frame = read("frame.html");

export const style = ["base.css", "content.css"].map(read).join("");

/** The parts of one script. All of them share one scope. */
export const script = [
  "dom.js",
  "folds.js",
  "control.js",
  "views.js",
  "people.js",
  "settings.js",
  "projects.js",
  "access.js",
  "organizations.js",
  "requests.js",
  "main.js",
]
  .map(read)
  .join("");
