/** @param {Organization} organization */
function security({ name: organization, security: settings }) {
  /** @param {object} changes */
  const set = (changes) => act("update-security-settings", { organization, ...changes });
  return folded(
    "Security",
    securityInWords(settings),
    element("dl", {}, [
      ...setting(
        "Two factors",
        checkbox(
          "required of everybody",
          settings.two_factor_required,
          (required) => set({ two_factor_required: required }),
          `Two factors required in ${organization}`,
        ),
      ),
      ...setting("Session timeout", ...sessionTimeout(organization, settings.session_timeout, set)),
      ...setting("Key rotation", ...keyRotation(organization, settings.api_key_rotation, set)),
      ...setting("IP allowlist", ...allowlist(organization, settings.ip_allowlist, set)),
    ]),
  );
}

/** What is seen of settings while they are folded. @param {Organization["security"]} settings */
function securityInWords({ two_factor_required, session_timeout, api_key_rotation, ip_allowlist }) {
  return [
    two_factor_required ? "two factors required" : "",
    session_timeout === null ? "" : `sessions of ${inHours(session_timeout)} at most`,
    api_key_rotation === null ? "" : `keys renewed every ${api_key_rotation.max_age_days} days`,
    ip_allowlist.length === 0 ? "" : `${counted(ip_allowlist.length, "block", "blocks")} allowed`,
  ];
}

/** Settings under a heading that tells them in words, and opens. @param {string} title @param {readonly string[]} words @param {readonly Content[]} children */
function folded(title, words, ...children) {
  const told = words.filter(Boolean).join(" · ") || "nothing set";
  return element(
    "details",
    { key: title, className: "settings" },
    element("summary", {}, element("h3", {}, title), " ", quiet(told)),
    ...children,
  );
}

/** @param {string} name @param {readonly Content[]} values */
function setting(name, ...values) {
  return [element("dt", { key: name }, name), element("dd", { key: name }, ...values)];
}

/** @typedef {(changes: object) => Promise<boolean>} SetSecurity */

/** @param {string} organization @param {number | null} seconds @param {SetSecurity} set */
function sessionTimeout(organization, seconds, set) {
  const label = `Seconds until a session in ${organization} ends`;
  const clear = button("Clear", () => set({ session_timeout: null }), {
    label: `Clear the session timeout of ${organization}`,
  });
  return [
    element("p", {}, seconds === null ? "Peridio's default" : `${seconds} seconds (${inHours(seconds)})`),
    line(
      `Session timeout of ${organization}`,
      "Set",
      [field("seconds", label, { type: "number", placeholder: "seconds" })],
      (values) => set({ session_timeout: Number(values.seconds) }),
      seconds === null ? [] : [clear],
    ),
  ];
}

/** @param {number} seconds */
function inHours(seconds) {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.round((seconds % 3600) / 60);
  return [hours > 0 ? `${hours} h` : "", minutes > 0 || hours === 0 ? `${minutes} min` : ""].filter(Boolean).join(" ");
}

/** @param {string} organization @param {Organization["security"]["api_key_rotation"]} rotation @param {SetSecurity} set */
function keyRotation(organization, rotation, set) {
  const clear = button("Clear", () => set({ api_key_rotation: null }), {
    label: `Clear the key rotation of ${organization}`,
  });
  const age = field("age", `Days after which a key of ${organization} is to be renewed`, {
    type: "number",
    placeholder: "days",
  });
  const grace = field("grace", `Days of grace for keys of ${organization}`, {
    type: "number",
    placeholder: "grace",
    required: false,
  });
  return [
    element(
      "p",
      {},
      rotation === null ? "none" : `every ${rotation.max_age_days} days, ${rotation.grace_period_days} days of grace`,
    ),
    line(
      `Key rotation of ${organization}`,
      "Set",
      [age, grace],
      (values) =>
        set({ api_key_rotation: { max_age_days: Number(values.age), grace_period_days: Number(values.grace) } }),
      rotation === null ? [] : [clear],
    ),
  ];
}

/** @param {string} organization @param {Organization["security"]["ip_allowlist"]} list @param {SetSecurity} set */
function allowlist(organization, list, set) {
  const entries = list.map(({ cidr, description }) =>
    element(
      "li",
      { key: cidr },
      element("code", {}, cidr),
      " ",
      quiet(description ?? ""),
      button("×", () => set({ ip_allowlist: list.filter((one) => one.cidr !== cidr) }), {
        label: `Take ${cidr} off the allowlist`,
      }),
    ),
  );
  const cidr = field("cidr", `Block to allow in ${organization}`, { placeholder: "203.0.113.0/24" });
  const description = field("description", `What the block is`, { placeholder: "description", required: false });
  const clear = button("Clear", () => set({ ip_allowlist: [] }), { label: `Clear the allowlist of ${organization}` });
  return [
    list.length === 0 ? element("p", {}, "any address") : element("ul", { className: "blocks" }, entries),
    line(
      `Allowlist of ${organization}`,
      "Allow",
      [cidr, description],
      (values) => set({ ip_allowlist: [...list, { cidr: values.cidr, description: values.description || null }] }),
      list.length === 0 ? [] : [clear],
    ),
  ];
}
