/** What every report says in the place of a verdict, where nothing was there to give one. */
export const noRules = "No access rules were given";
