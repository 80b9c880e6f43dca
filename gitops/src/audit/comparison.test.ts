import { traits } from "#provider";
import { type LiveType, liveTypes } from "../objects/rows";
import { listUncompared } from "./comparison";
import { selectKinds } from "./gaps";

const webhook: LiveType = { ...liveTypes.webhook, auditComparison: "none" };
const group: LiveType = { ...liveTypes.group, auditComparison: "none" };
const previews = { hasPreviews: true };

test("an audit names the types that it does not compare", () => {
  const sentence =
    "The audit does not compare the webhooks and groups of acme with their declarations. It cannot report undeclared ones.";
  expect(listUncompared("acme", previews, traits.connect, [webhook, liveTypes.project, group])).toEqual([
    { organization: "acme", sentence, kinds: [], hasFailed: false },
  ]);
});

test("an audit does not name types that the API or the layout cannot contain", () => {
  expect(listUncompared("acme", previews, traits["admin-v2"], [webhook])).toEqual([]);
  expect(listUncompared("acme", { hasPreviews: false }, traits.connect, [webhook])).toEqual([]);
});

test("a gap to which no kind of findings belongs stays", () => {
  const gaps = listUncompared("acme", previews, traits.connect, [webhook]);
  expect(selectKinds(gaps, new Set(["undeclaredGroup"])).gaps).toEqual(gaps);
});
