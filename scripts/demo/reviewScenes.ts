import type { Demo, Scene } from "./demo";

const production = "acme-production";
const stacks = ["dev", "production"];
const review =
  "peridio-gitops review dev.json production.json --rules access-rules.yaml --layout layout.yaml --html-file review.html";

/** How a team changes access by pull requests, after the main job. Both organizations are new. */
export const reviewScenes: readonly Scene[] = [
  {
    title: "Keep people in a file",
    why: "Who may do what can stand in a layout, which needs no programming. This one makes two organizations, a stack for each.",
    async play(demo) {
      demo.stage.open("ci", "layout.yaml");
      demo.say("The local Peridio sees requests come from this machine, which production has to let in.");
      demo.edit("ipAllowlist: [203.0.113.0/24]", "ipAllowlist: [127.0.0.0/8, 203.0.113.0/24]");
      demo.edit("within: [", "within: [127.0.0.0/8, ", "access-rules.yaml");
      for (const stack of stacks) {
        await demo.run(`pulumi stack init ${stack}`);
        await demo.run(`pulumi up --stack ${stack} --yes --skip-preview`);
      }
      await demo.byHand("Bob accepts the invitation to production", "accept", {
        email: "bob@acme.example",
        organization: production,
      });
      demo.verify("production has the people of the layout", 6, demo.stage.people(production).length);
    },
  },
  {
    title: "Review a pull request that goes too far",
    why: "Somebody proposes: Bob becomes an admin of production, Dora leaves, and half the Internet may come in. A reviewer sees what that does to people.",
    async play(demo) {
      demo.edit(
        "bob@acme.example: { acme-dev: developer, acme-production: viewer }",
        "bob@acme.example: { acme-dev: developer, acme-production: admin }",
      );
      demo.edit("dora@acme.example: { acme-dev: developer, acme-production: viewer }", "");
      demo.edit("[127.0.0.0/8, 203.0.113.0/24]", "[127.0.0.0/8, 128.0.0.0/1]");
      demo.stage.forget();
      await previews(demo);
      const { code, text } = await demo.run(review, "fails");
      demo.verify("the exit code says that a rule refuses the change", 4, code);
      demo.verify(
        "Bob's promotion is shown, and that it grants admin",
        true,
        /bob@.*viewer → admin.*grants admin/s.test(text),
      );
      demo.verify(
        "it needs approval, and the allowlist is refused",
        [true, true],
        [
          text.includes("every new admin of production is approved"),
          text.includes("production is reached from our own networks"),
        ],
      );
      demo.verify("nothing was sent that changes anything", [], demo.stage.writes());
    },
  },
  {
    title: "Review the corrected one, and make it so",
    why: "Bob becomes a manager, and only the second office may come in. The rules have nothing against that.",
    async play(demo) {
      demo.edit(
        "bob@acme.example: { acme-dev: developer, acme-production: admin }",
        "bob@acme.example: { acme-dev: developer, acme-production: manager }",
      );
      demo.edit("128.0.0.0/1", "203.0.113.0/24, 198.51.100.0/24");
      await previews(demo);
      const { code } = await demo.run(review);
      demo.verify("the exit code says that the rules are kept", 0, code);
      demo.stage.forget();
      for (const stack of stacks) await demo.run(`pulumi up --stack ${stack} --yes --skip-preview --refresh`);
      demo.verify(
        "Bob is a manager of production, and Dora is gone",
        ["bob: manager"],
        demo.stage
          .people(production)
          .filter((person) => /^(bob|dora)/.test(person))
          .map((person) => person.replace("@acme.example", "")),
      );
      demo.say("The page review.html in .demo/ci shows everybody's access before and after, and works offline.");
    },
  },
];

async function previews(demo: Demo): Promise<void> {
  for (const stack of stacks) {
    await demo.run(`pulumi preview --stack ${stack} --refresh --show-sames --json > ${stack}.json`);
  }
}
