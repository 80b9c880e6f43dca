import type { Demo, Scene } from "./demo";
import { layoutScene, makePreviews, production, stacks } from "./reviewScenes";

const bob = "bob@acme.example";
const dora = "dora@acme.example";

/** The access of people after the first layout: drift, an emergency, a leaver and the people who return. */
export const accessScenes: readonly Scene[] = [
  layoutScene,
  {
    title: "Bring a change of the console back into the code",
    why: "In the console, Bob becomes a manager of production, and the session timeout of production is raised. One change should stay, the other should not.",
    async play(demo) {
      const comments = await demo.ask("grep '#' layout.yaml");
      await demo.changeOutsidePulumi("Bob becomes a manager of production", "set-role", {
        email: bob,
        organization: production,
        role: "manager",
      });
      await demo.changeOutsidePulumi("the sessions of production last eight hours", "update-security-settings", {
        organization: production,
        session_timeout: 8 * 60 * 60,
      });
      const drift = await demo.run("peridio-gitops sync", "fails");
      demo.verify("the exit code says that two differences need a decision", 3, drift.code);
      demo.say("Without a decision, the next update undoes a difference. Bob's role is adopted:");
      const adopted = await demo.run(`peridio-gitops sync --adopt ${bob}`, "fails");
      demo.verify("the layout declares Bob as a manager", true, adopted.text.includes("acme-production: manager"));
      await up(demo);
      await demo.run("peridio-gitops sync");
      demo.verify("every comment of the layout is still there", comments, await demo.ask("grep '#' layout.yaml"));
    },
  },
  {
    title: "Give access for four hours",
    why: "Dora has to repair production tonight. The layout declares the end of her access, so nobody has to remember it.",
    async play(demo) {
      demo.say("In this demo, the emergency began five hours ago: PERIDIO_NOW sets the time of a run.");
      const then = new Date(Date.now() - 5 * 60 * 60 * 1000).toISOString();
      const grant = `peridio-gitops grant ${dora} --organization ${production} --role admin --for 4h`;
      const { code } = await demo.run(`PERIDIO_NOW=${then} ${grant}`, "fails");
      demo.verify("the exit code says that a rule requires an approval of a new admin", 3, code);
      await demo.changeOutsidePulumi("Dora accepts her invitation to production", "accept", {
        email: dora,
        organization: production,
      });
      await up(demo, `PERIDIO_NOW=${then} `);
      demo.verify("Dora is an admin of production", "admin", getRole(demo, dora));
      demo.say("One hour after the end, the scheduled run applies the same layout:");
      await up(demo);
      demo.verify("Dora is a viewer again", "viewer", getRole(demo, dora));
    },
  },
  {
    title: "Remove a person everywhere, and restore what a mistake removed",
    why: "Bob leaves the company, according to a wrong ticket. One command finds all his access. The record of the review restores it.",
    async play(demo) {
      await demo.run(`peridio-gitops revoke ${bob}`);
      const previews = await makePreviews(demo);
      await demo.run(`peridio-gitops review ${previews} --rules access-rules.yaml --json-file review.json`);
      await up(demo);
      demo.verify("Bob has no access", undefined, getRole(demo, bob));
      await demo.run("peridio-gitops undo review.json");
      await up(demo);
      demo.verify("Bob is invited to production as a manager", "manager (invited)", getRole(demo, bob));
    },
  },
];

/** Updates all stacks. `prefix` comes before each command. */
async function up(demo: Demo, prefix = ""): Promise<void> {
  for (const stack of stacks) await demo.run(`${prefix}pulumi up --stack ${stack} --yes --skip-preview --refresh`);
}

function getRole(demo: Demo, email: string): string | undefined {
  const person = demo.stage.readPeople(production).find((line) => line.startsWith(`${email}: `));
  return person?.slice(email.length + 2);
}
