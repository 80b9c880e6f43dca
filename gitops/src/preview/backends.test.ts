import { findConnectProviders } from "./backends";
import { readDocument } from "./document";

const provider = "urn:pulumi:dev::acme::pulumi:providers:peridio::default";
const another = "urn:pulumi:dev::acme::pulumi:providers:peridio::another";

function step(urn: string, newState: object): object {
  return { op: "create", urn, newState: { provider: `${provider}::04da6b54`, ...newState } };
}

const found = (config: object, ...steps: readonly object[]) => [
  ...findConnectProviders(
    readDocument(JSON.stringify({ config, steps, duration: 1, changeSummary: {} }), "preview.json", "change"),
  ),
];

const organization = step("urn:pulumi:dev::acme::peridio:index:Organization::dev", { inputs: { name: "acme-dev" } });
const elsewhere = step("urn:pulumi:dev::acme::peridio:index:Organization::lab", { provider: `${another}::1` });
const explicit = (inputs: object) => ({ op: "same", urn: another, oldState: { inputs }, newState: { inputs } });

test.each([
  ["nothing", {}, [organization], []],
  ["the stack's backend", { "peridio:backend": "connect" }, [organization], [provider]],
  ["the stack's endpoint", { "peridio:endpoint": "https://connect.peridio.com" }, [organization], [provider]],
  ["another stack's setting", { "aws:backend": "connect", backend: "connect" }, [organization], []],
  ["an endpoint elsewhere", { "peridio:endpoint": "http://127.0.0.1:4010" }, [organization], []],
  ["another provider's backend", {}, [organization, elsewhere, explicit({ backend: "connect" })], [another]],
  [
    "another provider that is none of it",
    { "peridio:backend": "connect" },
    [organization, elsewhere, explicit({ backend: "admin-v2" })],
    [provider],
  ],
  ["a role of a person", {}, [step("urn:a::b::c::d", { inputs: { role: "member" } })], [provider]],
  ["a role in a roster", {}, [step("urn:a::b::c::d", { inputs: { members: { ada: "member" } } })], [provider]],
  ["other roles", {}, [step("urn:a::b::c::d", { inputs: { role: "viewer", members: { ada: "admin" } } })], []],
  ["a group", {}, [step("urn:pulumi:dev::acme::peridio:index:Group::field", {})], [provider]],
  ["a webhook", {}, [step("urn:pulumi:dev::acme::pulumi-nodejs:dynamic/peridio:Webhook::alerts", {})], [provider]],
  ["a group of another service", {}, [step("urn:pulumi:dev::acme::gitlab:index/group:Group::field", {})], []],
  ["a resource of both APIs", {}, [step("urn:pulumi:dev::acme::peridio:index:SecurityPolicy::dev", {})], []],
  ["a tier", {}, [step("urn:a::b::c::d", { outputs: { tier: "teams" } })], [provider]],
])("recognizes Avocado Connect by %s", (_, config, steps, providers) => {
  expect(found(config, ...steps)).toEqual(providers);
});
