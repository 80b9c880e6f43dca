import type { Demo, Scene } from "./demo";
import { changes } from "./output";

const everybody = {
  "acme-dev": ["ada: admin", "bob: admin (invited)", "carl: developer (invited)", "dora: developer (invited)"],
  "acme-staging": ["ada: admin", "bob: manager (invited)", "carl: developer (invited)", "dora: viewer (invited)"],
  "acme-production": ["ada: admin", "bob: developer (invited)", "carl: viewer (invited)"],
};
const production = "acme-production";

/** The main job, end to end. */
export const scenes: readonly Scene[] = [
  {
    title: "See what would happen",
    why: "A preview says what a program would change, and changes nothing.",
    async play(demo) {
      const { text } = await demo.run("pulumi preview");
      demo.verify(
        "three organizations, three policies and eleven memberships would be created",
        true,
        text.includes("+ 18 to create"),
      );
      demo.verify("nothing was sent that changes anything", [], demo.stage.writes());
    },
  },
  {
    title: "Make it so",
    why: "`pulumi up` creates the organizations, their security policies, and invites everybody but Ada, whose API key this is.",
    async play(demo) {
      await demo.run("pulumi up --yes --skip-preview");
      const organizations = Object.fromEntries(demo.stage.organizations().map((name) => [name, people(demo, name)]));
      demo.verify(
        "Peridio has the three organizations, with everybody in the role that the program says",
        everybody,
        organizations,
      );
      demo.verify("production requires a second factor", true, demo.stage.requiresTwoFactor(production));
    },
  },
  {
    title: "Nothing changes while people make up their minds",
    why: "An invitation is not a membership yet. Elsewhere that shows as a difference until the last person has accepted.",
    async play(demo) {
      await demo.run("pulumi preview --expect-no-changes");
      demo.verify("the preview is empty while eight invitations wait", 8, invited(demo));
      for (const name of ["Bob", "Carl"]) {
        const email = `${name.toLowerCase()}@acme.example`;
        await demo.byHand(`${name} accepts the invitation to production`, "accept", {
          email,
          organization: production,
        });
      }
      await demo.run("pulumi preview --expect-no-changes");
      demo.verify("the preview is empty after two have accepted", 6, invited(demo));
    },
  },
  {
    title: "See what somebody changed by hand",
    why: "Somebody makes Carl an admin of production and turns the second factor off there. A refresh shows just that.",
    async play(demo) {
      await demo.byHand("Carl becomes an admin of production", "set-role", {
        email: "carl@acme.example",
        organization: production,
        role: "admin",
      });
      await demo.byHand("production does without a second factor", "update-security-settings", {
        organization: production,
        two_factor_required: false,
      });
      await demo.run("pulumi refresh --preview-only --diff");
      demo.verify(
        "both changes are shown, and nothing else",
        [
          `Membership production/carl@acme.example: role viewer → admin`,
          `SecurityPolicy production: requireTwoFactor true → false`,
        ],
        changes(await demo.ask("pulumi refresh --preview-only --json")),
      );
    },
  },
  {
    title: "Put it back",
    why: "`pulumi up` trusts its own notes; with `--refresh` it looks first, and repairs what it finds.",
    async play(demo) {
      demo.stage.forget();
      await demo.run("pulumi up --refresh --yes --skip-preview");
      demo.verify("Carl is a viewer again", "carl: viewer", people(demo, production)[2]);
      demo.verify("production requires a second factor again", true, demo.stage.requiresTwoFactor(production));
      demo.verify(
        "each repair was one write",
        ['PATCH update-a-member {"role":"viewer"}', 'PATCH update-security-settings {"two_factor_required":true}'],
        demo.stage.writes().sort(),
      );
    },
  },
  {
    title: "Give somebody another role",
    why: "A change of the program, as a colleague would review it: Bob becomes a manager of production.",
    async play(demo) {
      demo.edit('production: "developer"', 'production: "manager"');
      await demo.run("pulumi preview --diff");
      demo.verify(
        "the preview shows one update, not a removal with an invitation",
        ["Membership production/bob@acme.example: role developer → manager"],
        changes(await demo.ask("pulumi preview --json")),
      );
      demo.stage.forget();
      await demo.run("pulumi up --yes --skip-preview");
      demo.verify("the only write was one PATCH", ['PATCH update-a-member {"role":"manager"}'], demo.stage.writes());
      demo.verify("Bob is a manager", "bob: manager", people(demo, production)[1]);
    },
  },
  {
    title: "Fail to destroy by accident",
    why: "Deleting an organization cannot be undone, so the program protects the three. That must stop a destroy at its preview, before anybody is removed.",
    async play(demo) {
      demo.stage.forget();
      const before = everyone(demo);
      const { text } = await demo.run("pulumi destroy --yes", "fails");
      demo.verify(
        "`pulumi destroy` refuses because the organizations are protected",
        true,
        text.includes("because it is protected"),
      );
      demo.verify("nothing was sent that changes anything", [], demo.stage.writes());
      demo.verify("everybody is still there", before, everyone(demo));
    },
  },
  {
    title: "Fail to destroy what is in use",
    why:
      "Peridio does not delete an organization that has devices. The provider asks Peridio before it removes anybody, " +
      "so the destroy changes nothing in production.",
    async play(demo) {
      const before = people(demo, production);
      await demo.byHand("a device is still in production", "set-belongings", { organization: production, devices: 1 });
      await demo.run("pulumi state unprotect --all --yes");
      const { text } = await demo.run("pulumi destroy --yes --skip-preview", "fails");
      demo.verify(
        "the error names the organization, and the one device",
        true,
        text.includes("Organization acme-production, and Peridio cannot delete it: devices: 1 "),
      );
      demo.verify("everybody is still in production", before, people(demo, production));
      demo.verify("production still requires a second factor", true, demo.stage.requiresTwoFactor(production));
    },
  },
  {
    title: "Destroy",
    why: "Without the device, nothing is in the way any more. `destroy` goes on where it stopped.",
    async play(demo) {
      await demo.byHand("the device is gone", "set-belongings", { organization: production, devices: 0 });
      await demo.run("pulumi destroy --yes --skip-preview");
      demo.verify("no organization is left", [], demo.stage.organizations());
    },
  },
];

/** The people of an organization without their domain, which all share. */
function people({ stage }: Demo, organization: string): string[] {
  return stage.people(organization).map((person) => person.replace("@acme.example", ""));
}

function everyone(demo: Demo): string[] {
  return demo.stage.organizations().flatMap((organization) => people(demo, organization));
}

function invited(demo: Demo): number {
  return everyone(demo).filter((person) => person.endsWith("(invited)")).length;
}
