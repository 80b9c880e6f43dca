import { backends } from "./backends";
import { limit, playMany } from "./sequences";

test(
  "a roster brings people in and out as declared, whatever happens outside",
  async () => {
    await playMany({ backend: backends.adminV2, people: "rosters", mishaps: true }, 700, __filename);
  },
  limit,
);
