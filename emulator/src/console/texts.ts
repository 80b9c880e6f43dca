import { readFileSync } from "node:fs";
import { join } from "node:path";

// The bundler runs this file and puts what it exports in its place, so that the console is in the program.

const read = (name: string) => readFileSync(join(__dirname, "page", name), "utf8");

/** The page, with `{{style}}` and `{{script}}` where they go. */
export const frame = read("frame.html");

export const style = ["base.css", "organizations.css", "requests.css"].map(read).join("");

/** The parts of one script, each with the names of those before it. */
export const script = [
  "dom.js",
  "patch.js",
  "control.js",
  "members.js",
  "invitations.js",
  "security.js",
  "billing.js",
  "organizations.js",
  "requests.js",
  "start.js",
]
  .map(read)
  .join("");
