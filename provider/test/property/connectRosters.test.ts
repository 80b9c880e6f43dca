import { backends } from "./backends";
import { limit, playMany } from "./sequences";

test(
  "with connect, a roster brings people in and out as declared, whatever happens outside",
  async () => {
    await playMany({ backend: backends.connect, people: "rosters", mishaps: true }, 200, __filename);
  },
  limit,
);
