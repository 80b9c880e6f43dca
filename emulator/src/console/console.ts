import { createHash } from "node:crypto";
import { frame, script, style } from "./texts";

/** Renders the page at `/`. It runs no scripts but its own and sends requests only to the emulator. */
export function renderConsole(): Response {
  return new Response(page, {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": policy,
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
    },
  });
}

const page = frame
  .replace("{{style}}", () => `<style>${style}</style>`)
  .replace("{{script}}", () => `<script>${script}</script>`);

const policy = [
  "default-src 'none'",
  `style-src ${hashSource(style)}`,
  `script-src ${hashSource(script)}`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

function hashSource(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
