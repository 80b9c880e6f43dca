import type { Demo, Scene } from "./demo";

const production = "acme-production";
const stacks = ["dev", "production"];
const review = "peridio-gitops review dev.json production.json --rules access-rules.yaml --html-file review.html";

/** The review of access changes in pull requests. Both organizations are new. */
export const reviewScenes: readonly Scene[] = [
  {
    title: "Declare people in a layout file",
    why: "A layout declares people and roles in YAML, without programming. This layout declares two organizations, with a stack for each.",
    async play(demo) {
      demo.stage.open("ci", "layout.yaml");
      demo.say("All requests to the local Peridio come from this machine, so production must allow 127.0.0.0/8.");
      demo.edit("ipAllowlist: [203.0.113.0/24]", "ipAllowlist: [127.0.0.0/8, 203.0.113.0/24]");
      demo.edit("value: [203.0.113.0/24]", "value: [127.0.0.0/8]", "Pulumi.yaml");
      demo.edit("within: [", "within: [127.0.0.0/8, ", "access-rules.yaml");
      for (const stack of stacks) {
        await demo.run(`pulumi stack init ${stack}`);
        await demo.run(`pulumi up --stack ${stack} --yes --skip-preview`);
      }
      await demo.changeOutsidePulumi("Bob accepts the invitation to production", "accept", {
        email: "bob@acme.example",
        organization: production,
      });
      demo.verify("production has the people of the layout", 6, demo.stage.readPeople(production).length);
    },
  },
  {
    title: "Review a pull request that goes too far",
    why: "A pull request makes Bob an admin of production, removes Dora, and allows half of the Internet. The review shows the effect for each person.",
    async play(demo) {
      demo.edit(
        "bob@acme.example: { acme-dev: developer, acme-production: viewer }",
        "bob@acme.example: { acme-dev: developer, acme-production: admin }",
      );
      demo.edit("dora@acme.example: { acme-dev: developer, acme-production: viewer }", "");
      demo.edit("[127.0.0.0/8, 203.0.113.0/24]", "[127.0.0.0/8, 128.0.0.0/1]");
      demo.stage.forget();
      await makePreviews(demo);
      const { code, text } = await demo.run(review, "fails");
      demo.verify("the exit code says that a rule rejects the change", 4, code);
      demo.verify(
        "the review shows Bob's promotion, and that the promotion grants admin",
        true,
        /bob@.*viewer → admin.*grants admin/s.test(text),
      );
      demo.verify(
        "the promotion needs approval, and the allowlist is rejected",
        [true, true],
        [
          text.includes("every new admin of production is approved"),
          text.includes("production is reached from our own networks"),
        ],
      );
      demo.verify("no write request was sent", [], demo.stage.listWrites());
    },
  },
  {
    title: "Try the same change without a review",
    why: "Someone with a key can run `pulumi up` without a review. With peridio-gitops as a policy pack, Pulumi's engine judges the same rules.",
    async play(demo) {
      const pack = '--policy-pack "$(command -v peridio-gitops)"';
      const { text } = await demo.run(`pulumi up --stack production --yes ${pack}`, "fails");
      demo.verify(
        "the engine names the broken rule",
        true,
        text.includes("production is reached from our own networks"),
      );
      demo.verify("no write request was sent", [], demo.stage.listWrites());
    },
  },
  {
    title: "Review the corrected pull request, and apply it",
    why: "Bob becomes a manager instead, and only the addresses of the second office are added to the allowlist. All access rules pass.",
    async play(demo) {
      demo.edit(
        "bob@acme.example: { acme-dev: developer, acme-production: admin }",
        "bob@acme.example: { acme-dev: developer, acme-production: manager }",
      );
      demo.edit("128.0.0.0/1", "203.0.113.0/24, 198.51.100.0/24");
      await makePreviews(demo);
      const { code } = await demo.run(review);
      demo.verify("the exit code says that all rules pass", 0, code);
      demo.stage.forget();
      for (const stack of stacks) await demo.run(`pulumi up --stack ${stack} --yes --skip-preview --refresh`);
      demo.verify(
        "Bob is a manager of production, and Dora is removed",
        ["bob: manager"],
        demo.stage
          .readPeople(production)
          .filter((person) => /^(bob|dora)/.test(person))
          .map((person) => person.replace("@acme.example", "")),
      );
      demo.say(
        "The page review.html in .demo/ci shows the access of each person before and after the change. The page works offline.",
      );
    },
  },
];

async function makePreviews(demo: Demo): Promise<void> {
  for (const stack of stacks) {
    await demo.run(`pulumi preview --stack ${stack} --refresh --show-sames --json > ${stack}.json`);
  }
}
