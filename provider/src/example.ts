/** Returns the beginning of an example program that declares an organization. The name of the resource is the last word. */
export function withOrganization(name: "acme" | "acme-dev" | "acme-production"): string {
  return `
resources:
  ${name.slice(name.lastIndexOf("-") + 1)}:
    type: peridio:Organization
    properties: { name: ${name} }
    options: { protect: true }`;
}
