import type { Demo, Scene } from "./demo";

export const production = "acme-production";
export const stacks = ["dev", "production"];
const broken = "production is reached from our own networks";
const review = "peridio-gitops review dev.json production.json --rules access-rules.yaml --html-file review.html";

/** Creates two organizations from a layout. */
export const layoutScene: Scene = {
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
};

/** The review of access changes in pull requests. Both organizations are new. */
export const reviewScenes: readonly Scene[] = [
  layoutScene,
  {
    title: "Review a pull request, and apply it",
    why: "A pull request makes Bob a manager of production, removes Dora, and allows the addresses of a second office. All access rules pass.",
    async play(demo) {
      demo.edit(
        "bob@acme.example: { acme-dev: developer, acme-production: viewer }",
        "bob@acme.example: { acme-dev: developer, acme-production: manager }",
      );
      demo.edit("dora@acme.example: { acme-dev: developer, acme-production: viewer }", "");
      demo.edit("[127.0.0.0/8, 203.0.113.0/24]", "[127.0.0.0/8, 203.0.113.0/24, 198.51.100.0/24]");
      await makePreviews(demo);
      const { code, text } = await demo.run(review);
      demo.verify("the exit code says that all rules pass", 0, code);
      demo.verify("the review shows Bob's promotion", true, /bob@.*viewer → manager/s.test(text));
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
  {
    title: "Stop a forbidden change three times",
    why: "The next change makes Bob an admin of production and allows half of the Internet. One file of rules stops the change: in a plan without an API key, in the review, and in Pulumi's engine.",
    async play(demo) {
      await demo.run("cp layout.yaml before.yaml");
      demo.edit(
        "bob@acme.example: { acme-dev: developer, acme-production: manager }",
        "bob@acme.example: { acme-dev: developer, acme-production: admin }",
      );
      demo.edit("[127.0.0.0/8, 203.0.113.0/24, 198.51.100.0/24]", "[127.0.0.0/8, 128.0.0.0/1]");
      demo.stage.forgetRequests();

      demo.say("The author has no key, and compares the two versions of the layout:");
      const plan = await demo.run(
        "env -u PERIDIO_API_KEY peridio-gitops plan layout.yaml --base before.yaml --rules access-rules.yaml",
        "fails",
      );
      demo.verify("the exit code of the plan says that a rule rejects the change", 4, plan.code);
      demo.verify("the plan names the broken rule", true, plan.text.includes(broken));

      demo.say("The pipeline reviews the previews of all stacks:");
      await makePreviews(demo);
      const { code, text } = await demo.run(review, "fails");
      demo.verify("the exit code says that a rule rejects the change", 4, code);
      demo.verify(
        "the review shows that the promotion grants admin",
        true,
        /bob@.*manager → admin.*grants admin/s.test(text),
      );
      demo.verify(
        "the promotion needs approval, and the allowlist is rejected",
        [true, true],
        [text.includes("every new admin of production is approved"), text.includes(broken)],
      );

      demo.say("Someone with a key runs Pulumi without a review, and with peridio-gitops as a policy pack:");
      const pack = '--policy-pack "$(command -v peridio-gitops)"';
      const engine = await demo.run(`pulumi up --stack production --yes ${pack}`, "fails");
      demo.verify("the engine names the broken rule", true, engine.text.includes(broken));
      demo.verify("no write request was sent", [], demo.stage.listWrites());
    },
  },
];

/** Previews all stacks. Returns the names of the files for a command. */
export async function makePreviews(demo: Demo): Promise<string> {
  const files = stacks.map((stack) => `${stack}.json`);
  for (const stack of stacks)
    await demo.run(`pulumi preview --stack ${stack} --refresh --show-sames --json > ${stack}.json`);
  return files.join(" ");
}
