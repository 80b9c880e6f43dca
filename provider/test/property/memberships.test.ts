import { backends } from "./backends";
import { limit, playMany } from "./sequences";

test(
  "people who are declared one by one are brought in and out as declared, whatever happens outside",
  async () => {
    await playMany({ backend: backends.adminV2, people: "memberships", mishaps: false }, 700, __filename);
  },
  limit,
);
