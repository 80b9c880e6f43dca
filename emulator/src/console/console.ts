import { readFileSync } from "node:fs";
import { asset } from "../assets";

/** The page for people at `/`. */
export function consolePage(): Response {
  const headers = { "content-type": "text/html; charset=utf-8", "content-security-policy": policy };
  return new Response(readFileSync(asset("emulator/src/console/console.html")), { headers });
}

const policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'";
