import { RecordedPlugin } from "./support/recordedPlugin";
import { dev, member, roster, Site, type Declarations } from "./support/program";

let site: Site;
afterEach(() => site.end());

const emails = Array.from({ length: 40 }, (_, index) => `person-${index}@acme.example`);
const separately = Object.fromEntries(emails.map((email, index) => [`person-${index}`, member(email, "viewer")]));
const together = {
  all: roster({ "ada@acme.example": "admin", ...Object.fromEntries(emails.map((one) => [one, "viewer"])) }),
};

/** The default of `peridio:maxConcurrency`. */
const underWay = 10;

// The launcher of the plugin outlives the engine, so only the closed connection shows the end of the engine. A plugin that misses this
// end never ends, because its requests are held. The time limit applies only to such a plugin.
test.each<[string, Declarations]>([
  ["many Memberships", separately],
  ["a roster", together],
])(
  "kill -9 of the engine during the creation of %s ends the plugin, which sends no further write",
  async (_, people) => {
    site = await Site.begin(dev);
    await site.up();
    const plugin = await RecordedPlugin.in(site.stack.folder, { staysParent: true });
    await site.declare({ ...dev, ...people }, plugin.folder);
    const operation = "create-an-invitation";
    const hold = site.emulator.control.hold({ operation });
    const up = site.stack.start("up", "--yes", "--skip-preview");
    await hold.waitForArrivals(underWay);
    up.kill();
    await up.ended;
    await plugin.waitForEnd();
    hold.release();

    await site.stack.succeed("cancel", "--yes");
    await site.up();
    // The next update adopts the invitations of the requests that were under way, and sends no second one.
    const invited = site.emulator.requests({ operation, status: 201 });
    expect(invited).toHaveLength(emails.length);
    expect(site.people()).toHaveLength(emails.length + 1);
  },
  120_000,
);
