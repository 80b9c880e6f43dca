import * as z from "zod";
import { duration, fromSeconds, toSeconds } from "../../../../provider/src/resources/types/duration";
import { inEach } from "../requirement";
import { findingIn } from "../scope";
import { isTold, untoldSetting } from "../untoldSetting";

const limit = z.strictObject({
  atMost: duration("5m", "30d").meta({
    description:
      "The longest session that is allowed: a duration such as `8h`, `90m` or `30d`, from 5 minutes to 30 days.",
  }),
});

/** How long sessions may last. */
export const sessionTimeout = limit
  .transform(({ atMost }) =>
    inEach((concerned) => {
      const { name, organization } = concerned;
      const most = toSeconds(atMost) ?? 0;
      const value = organization.security?.sessionTimeout;
      const asked = `sessions of at most ${atMost}`;
      if (!isTold(value)) return untoldSetting(concerned, { setting: "sessionTimeout", value, asked });
      const remedy = `declare \`sessionTimeout: ${atMost}\`, or less`;
      if (value === null) {
        const words = `${name} leaves it to Peridio how long sessions last, and the rule asks for ${asked}: ${remedy}.`;
        return [findingIn(concerned, words, { extent: Infinity })];
      }
      if (value <= most) return [];
      const words = `Sessions in ${name} last up to ${fromSeconds(value)}, and the rule asks for ${asked}: ${remedy}.`;
      return [findingIn(concerned, words, { extent: value - most })];
    }),
  )
  .optional()
  .meta({ description: "How long a session may last: `{ atMost: 8h }`." });
