import { readPreview } from "../src/preview/preview";
import { createReview, document, organization, type PrintedStep } from "./support/document";
import { createJudge } from "../src/rules/checkRules";
import { parseRulesFile } from "../src/rules/readRules";
import { judge } from "./support/judged";
import { idOf, organizationId } from "./support/objects";

function review(endpoint: unknown, rule: string) {
  const provider = "urn:pulumi:dev::acme::pulumi:providers:peridio::default::id";
  const acme = organization("acme", 1);
  const step = { ...acme, before: { ...acme.before, provider }, after: { ...acme.after, provider } };
  const text = document([step], { more: { config: { "peridio:endpoint": endpoint } } });
  const rules = parseRulesFile({ file: "rules.yaml", text: `rules: { Peridio only: ${rule} }` }).rules;
  const judge = createJudge(rules, { now: new Date("2027-01-31") });
  return createReview([readPreview(text, "preview.json", "change")], "change", { judge });
}

test("refuses an endpoint that it cannot check", () => {
  const found = review("[secret]", "{ endpoint: https://api.peridio.com }");
  expect(found.violations.map(({ message }) => message)).toEqual([
    "The endpoint for acme is secret, so the rule cannot check it. Declare the endpoint as a plain value, not as a secret or an unknown output.",
  ]);
});

test("leaves the endpoint to a person if no rule applies to the organization", () => {
  const found = review(
    "https://peridio.acme.example",
    "{ organizations: other, endpoint: https://peridio.acme.example }",
  );
  expect(found).toMatchObject({ verdict: "needs approval", programChanges: [{ section: "providers" }] });
  expect(review("https://peridio.acme.example", "{ endpoint: https://peridio.acme.example }")).toMatchObject({
    verdict: "pass",
    programChanges: [],
  });
});

test("an endpoint is always a new violation, because no preview shows the former one", () => {
  const found = review("https://evil.example", "{ endpoint: https://api.peridio.com, existing: ignored }");
  expect(found.violations).toMatchObject([{ before: false }]);
});

test("checks the endpoints of both objects of a replacement, in each order of its steps", () => {
  const [own, evil] = ["https://api.peridio.com", "https://evil.example"];
  const provider = (name: string, endpoint: string): PrintedStep => {
    const state = { id: "id", inputs: { endpoint }, outputs: { endpoint } };
    return { op: "same", name: `pulumi:providers:peridio::${name}`, before: state, after: state };
  };
  const webhook = (name: string) => {
    const inputs = { organizationId, url: "https://hooks.acme.example" };
    return { id: idOf(4), provider: `urn:pulumi:dev::acme::pulumi:providers:peridio::${name}::id`, inputs };
  };
  const replace = (former: string, present: string, isDeletedFirst: boolean) => {
    const name = "Webhook::alerts";
    const [before, after] = [webhook(former), webhook(present)];
    const deletion = { op: "delete-replaced", name, before };
    const creation = { op: "create-replacement", name, before, after };
    const replacement = { op: "replace", name, before, after };
    const steps = isDeletedFirst ? [deletion, replacement, creation] : [creation, replacement, deletion];
    return judge(`x: { endpoint: ${own} }`, [provider("own", own), provider("evil", evil), ...steps]);
  };
  for (const isDeletedFirst of [true, false]) {
    expect(replace("own", "evil", isDeletedFirst)).toHaveLength(1);
    expect(replace("evil", "own", isDeletedFirst)).toHaveLength(1);
    expect(replace("own", "own", isDeletedFirst)).toEqual([]);
  }
});
