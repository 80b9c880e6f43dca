import { backends } from "./backends";
import { limit, playMany } from "./sequences";

test(
  "with connect, people who are declared one by one are brought in and out as declared, whatever happens outside",
  async () => {
    await playMany({ backend: backends.connect, people: "memberships", mishaps: false }, 200, __filename);
  },
  limit,
);
