import ipaddr from "ipaddr.js";
import * as z from "zod";

/** A block of addresses: the network in canonical spelling, without host bits. */
export interface Block {
  readonly network: string;
  readonly prefix: number;
}

/** Returns the block of a CIDR in any spelling, with or without host bits; undefined for any other text. */
export function parseCidr(text: string): Block | undefined {
  // Four full numbers only: the library would read 203.0.113/24 as 203.0.0.113/24. A block belongs to no zone, such as %eth0.
  if (!ipaddr.IPv4.isValidCIDRFourPartDecimal(text) && !ipaddr.IPv6.isValidCIDR(text)) return undefined;
  if (text.includes("%")) return undefined;
  const [address, prefix] = ipaddr.parseCIDR(text);
  const network =
    address.kind() === "ipv4"
      ? ipaddr.IPv4.networkAddressFromCIDR(text).toString()
      : ipaddr.IPv6.networkAddressFromCIDR(text).toRFC5952String();
  return { network, prefix };
}

/** Returns the canonical spelling of a block: `10.0.0.0/16` for `10.0.0.1/16`, `2001:db8::/32` for `2001:DB8:0::/32`. */
export function canonicalCidr(text: string): string {
  const block = parseCidr(text);
  return block === undefined ? text : `${block.network}/${block.prefix}`;
}

/** Returns true if the blocks of a list together hold a block. The blocks may overlap. A text that is no block holds nothing. */
export function holds(list: readonly string[], block: string): boolean {
  if (parseCidr(block) === undefined) return false;
  const near = list.filter((one) => parseCidr(one) !== undefined && overlap(one, block));
  const sizes = listWidest(near).map(countAddresses);
  return sizes.reduce((sum, size) => sum + size, 0n) >= countAddresses(block);
}

/** Returns the blocks that no other block contains. */
function listWidest(cidrs: readonly string[]): readonly string[] {
  const prefix = (cidr: string) => parseCidr(cidr)?.prefix ?? 0;
  const widest: string[] = [];
  for (const cidr of [...cidrs].sort((a, b) => prefix(a) - prefix(b))) {
    if (!widest.some((wider) => overlap(cidr, wider))) widest.push(cidr);
  }
  return widest;
}

/** A block that other blocks fill completely. */
export interface FilledBlock {
  readonly block: string;
  /** The blocks that fill it, in their spelling; one if it is among them. */
  readonly parts: readonly string[];
}

/**
 * Returns the widest blocks that some blocks fill together: `10.0.0.0/24` for its two halves. Blocks of mapped addresses, such as
 * `::ffff:10.0.0.0/120`, count as IPv4. Texts that are no blocks are left out.
 */
export function fillBlocks(cidrs: readonly string[]): readonly FilledBlock[] {
  const blocks = new Map<string, string>();
  for (const text of cidrs) if (parseCidr(text) !== undefined) blocks.set(unmapIpv4(text), text);
  const filled = new Map<string, readonly string[]>();
  for (const block of listWidest([...blocks.keys()])) filled.set(block, [blocks.get(block) ?? block]);
  for (let prefix = 128; prefix > 0; prefix -= 1) {
    for (const [block, parts] of [...filled]) {
      const [address, own] = ipaddr.parseCIDR(block);
      const sibling = own === prefix ? flipBit(address, prefix) : undefined;
      const others = sibling === undefined ? undefined : filled.get(sibling);
      if (sibling === undefined || others === undefined || !filled.has(block)) continue;
      filled.delete(block);
      filled.delete(sibling);
      filled.set(canonicalCidr(`${address.toString()}/${prefix - 1}`), [...parts, ...others].sort());
    }
  }
  return [...filled].map(([block, parts]) => ({ block, parts }));
}

/** Returns the canonical block, of mapped IPv4 addresses the IPv4 block. */
function unmapIpv4(text: string): string {
  const [address, prefix] = ipaddr.parseCIDR(canonicalCidr(text));
  const isMapped = address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && prefix >= 96;
  return isMapped ? canonicalCidr(`${address.toIPv4Address().toString()}/${prefix - 96}`) : canonicalCidr(text);
}

/** Returns the neighbour with which a block fills the next wider one. */
function flipBit(address: ipaddr.IPv4 | ipaddr.IPv6, prefix: number): string {
  const bytes = address.toByteArray();
  const at = Math.floor((prefix - 1) / 8);
  bytes[at] = (bytes[at] ?? 0) ^ (0x80 >> ((prefix - 1) % 8));
  return canonicalCidr(`${ipaddr.fromByteArray(bytes).toString()}/${prefix}`);
}

function countAddresses(block: string): bigint {
  const [address, prefix] = ipaddr.parseCIDR(block);
  return 1n << (BigInt(address.toByteArray().length * 8) - BigInt(prefix));
}

/** Returns true if one block lies in the other. */
export function overlap(a: string, b: string): boolean {
  const [left, right] = [ipaddr.parseCIDR(a), ipaddr.parseCIDR(b)];
  if (left[0].kind() !== right[0].kind()) return false;
  const [wider, narrower] = left[1] <= right[1] ? [left, right] : [right, left];
  return narrower[0].match(wider);
}

/** An IPv4 or IPv6 block in CIDR notation. */
export const cidr = z.string().superRefine((text, context) => {
  const block = parseCidr(text);
  if (block !== undefined) {
    refuseHostBits(text, block, context);
    return;
  }
  const one = `${text}/${text.includes(":") ? 128 : 32}`;
  const remedy = parseCidr(one)
    ? `add a prefix length, such as ${one} for this one address`
    : "write a block such as 203.0.113.0/24 or 2001:db8::/32";
  context.addIssue({ code: "custom", message: `${JSON.stringify(text)} is not a CIDR block: ${remedy}` });
});

/** Rejects host bits: the author may have meant the one address or the whole block. */
function refuseHostBits(text: string, { network, prefix }: Block, context: z.RefinementCtx): void {
  const [address] = ipaddr.parseCIDR(text);
  if (address.toNormalizedString() === ipaddr.parse(network).toNormalizedString()) return;
  const one = `${address.toString()}/${address.kind() === "ipv4" ? 32 : 128}`;
  const message = `${JSON.stringify(text)} has host bits set: write ${network}/${prefix} for the block, or ${one} for the one address`;
  context.addIssue({ code: "custom", message });
}
