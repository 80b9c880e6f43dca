import { isIPv4, isIPv6 } from "node:net";

interface Block {
  readonly family: 4 | 6;
  /** The bits that all addresses of the block share. */
  readonly network: bigint;
  /** The number of remaining bits. */
  readonly hostBits: bigint;
}

/** Returns one spelling for all spellings of a block, or undefined for an invalid block. */
export function toCanonicalCidr(text: string): string | undefined {
  const block = parseCidr(text);
  return block && `${block.family}:${block.network.toString(16)}/${block.hostBits}`;
}

/** Reports whether the address is in one of the blocks. */
export function isWithin(address: string, blocks: readonly string[]): boolean {
  const parsed = parseAddress(address.replace(/^::ffff:(?=[\d.]+$)/i, ""));
  if (parsed === undefined) return false;
  return blocks
    .map(parseCidr)
    .some((block) => block?.family === parsed.family && block.network === parsed.value >> block.hostBits);
}

function parseCidr(text: string): Block | undefined {
  const [, address, prefix] = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  if (address === undefined || prefix === undefined) return undefined;
  const parsed = parseAddress(address);
  const bits = parsed?.family === 4 ? 32 : 128;
  if (parsed === undefined || Number(prefix) > bits) return undefined;
  const hostBits = BigInt(bits - Number(prefix));
  return { family: parsed.family, network: parsed.value >> hostBits, hostBits };
}

function parseAddress(text: string): { family: 4 | 6; value: bigint } | undefined {
  if (isIPv4(text)) return { family: 4, value: joinBits(text.split(".").map(Number), 8n) };
  // A zone such as %eth0 has a meaning on one machine only.
  if (!isIPv6(text) || text.includes("%")) return undefined;
  const [head = "", tail] = text.split("::");
  const before = parseGroups(head);
  const after = parseGroups(tail ?? "");
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => 0);
  return { family: 6, value: joinBits([...before, ...zeros, ...after], 16n) };
}

/** Parses a part of an IPv6 address into 16-bit groups. Its last four bytes may be written as IPv4. */
function parseGroups(part: string): number[] {
  if (part === "") return [];
  return part.split(":").flatMap((group) => {
    if (!group.includes(".")) return [parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split(".").map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}

function joinBits(parts: readonly number[], bits: bigint): bigint {
  return parts.reduce((value, part) => (value << bits) | BigInt(part), 0n);
}
