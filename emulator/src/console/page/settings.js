/** @typedef {(changes: object) => Promise<boolean>} UpdateSecurity */

/** Renders settings under a heading that summarizes and unfolds them.
 * @param {string} prn @param {string} title @param {readonly string[]} summary @param {() => readonly Content[]} render
 */
function renderSettings(prn, title, summary, render) {
  const text = summary.filter(Boolean).join(" · ") || "defaults";
  return createFold(
    { key: `${prn} ${title}`, className: "settings" },
    [createElement("h3", {}, title), " ", createQuietText(text)],
    () => [createElement("dl", {}, render())],
  );
}

/** @param {string} name @param {readonly Content[]} values */
function renderSetting(name, ...values) {
  return [createElement("dt", { key: name }, name), createElement("dd", { key: name }, ...values)];
}

/** @param {Organization} organization */
function renderSecurity({ name: organization, prn, security }) {
  const { two_factor_required, session_timeout, api_key_rotation, ip_allowlist } = security;
  /** @type {UpdateSecurity} */
  const update = (changes) => runCommand("update-security-settings", { organization, ...changes });
  return renderSettings(
    prn,
    "Security",
    [
      two_factor_required ? "2FA required" : "",
      session_timeout === null ? "" : `sessions end after ${formatDuration(session_timeout)}`,
      api_key_rotation === null
        ? ""
        : `API keys rotate every ${formatCount(api_key_rotation.max_age_days, "day", "days")}`,
      ip_allowlist.length === 0 ? "" : `${formatCount(ip_allowlist.length, "CIDR block", "CIDR blocks")} allowed`,
    ],
    () => [
      ...renderSetting(
        "Second factor",
        createCheckbox(
          "required for all members",
          two_factor_required,
          (required) => update({ two_factor_required: required }),
          `Two-factor authentication required in ${organization}`,
        ),
      ),
      ...renderSetting("Session timeout", ...renderSessionTimeout(organization, session_timeout, update)),
      ...renderSetting("Key rotation", ...renderKeyRotation(organization, api_key_rotation, update)),
      ...renderSetting("IP allowlist", ...renderAllowlist(organization, ip_allowlist, update)),
    ],
  );
}

/** @param {string} organization @param {number | null} seconds @param {UpdateSecurity} update */
function renderSessionTimeout(organization, seconds, update) {
  const field = createField("seconds", `Session timeout of ${organization} in seconds`, {
    type: "number",
    placeholder: "seconds",
  });
  const clear = createButton("Clear", () => update({ session_timeout: null }), {
    label: `Clear the session timeout of ${organization}`,
  });
  return [
    createElement("p", {}, seconds === null ? "Peridio's default" : `${seconds} seconds (${formatDuration(seconds)})`),
    createForm(
      `Session timeout of ${organization}`,
      "Set",
      [field],
      (values) => update({ session_timeout: Number(values.seconds) }),
      seconds === null ? [] : [clear],
    ),
  ];
}

/** @param {number} seconds */
function formatDuration(seconds) {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.round((seconds % 3600) / 60);
  return [hours > 0 ? `${hours} h` : "", minutes > 0 || hours === 0 ? `${minutes} min` : ""].filter(Boolean).join(" ");
}

/** @param {string} organization @param {Organization["security"]["api_key_rotation"]} rotation @param {UpdateSecurity} update */
function renderKeyRotation(organization, rotation, update) {
  const age = createField("age", `Maximum age of API keys of ${organization} in days`, {
    type: "number",
    placeholder: "days",
  });
  const grace = createField("grace", `Grace period of API keys of ${organization} in days`, {
    type: "number",
    placeholder: "grace",
    required: false,
  });
  const clear = createButton("Clear", () => update({ api_key_rotation: null }), {
    label: `Clear the key rotation of ${organization}`,
  });
  return [
    createElement(
      "p",
      {},
      rotation === null
        ? "none"
        : `every ${formatCount(rotation.max_age_days, "day", "days")}, grace period ${formatCount(rotation.grace_period_days, "day", "days")}`,
    ),
    createForm(
      `Key rotation of ${organization}`,
      "Set",
      [age, grace],
      (values) =>
        update({ api_key_rotation: { max_age_days: Number(values.age), grace_period_days: Number(values.grace) } }),
      rotation === null ? [] : [clear],
    ),
  ];
}

/** @param {string} organization @param {Organization["security"]["ip_allowlist"]} allowlist @param {UpdateSecurity} update */
function renderAllowlist(organization, allowlist, update) {
  const entries = allowlist.map(({ cidr, description }) =>
    createElement(
      "li",
      { key: cidr },
      createElement("code", {}, cidr),
      " ",
      createQuietText(description ?? ""),
      createButton("×", () => update({ ip_allowlist: allowlist.filter((entry) => entry.cidr !== cidr) }), {
        label: `Remove ${cidr} from the allowlist`,
      }),
    ),
  );
  const cidr = createField("cidr", `CIDR block to allow in ${organization}`, { placeholder: "203.0.113.0/24" });
  const description = createField("description", "Description of the CIDR block", {
    placeholder: "description",
    required: false,
  });
  const clear = createButton("Clear", () => update({ ip_allowlist: [] }), {
    label: `Clear the allowlist of ${organization}`,
  });
  return [
    allowlist.length === 0
      ? createElement("p", {}, "all addresses")
      : createElement("ul", { className: "blocks" }, entries),
    createForm(
      `Allowlist of ${organization}`,
      "Allow",
      [cidr, description],
      (values) =>
        update({ ip_allowlist: [...allowlist, { cidr: values.cidr, description: values.description || null }] }),
      allowlist.length === 0 ? [] : [clear],
    ),
  ];
}

/** @param {Organization} organization */
function renderBilling({ name: organization, prn, billing, belongings, card_on_file, limits, used }) {
  const { devices, active_deployments, outstanding_charges } = belongings;
  /** @param {object} changes */
  const update = (changes) => runCommand("set-belongings", { organization, ...changes });
  const alerts = billing.usage_alerts.map(
    ({ resource_type, threshold_percent }) => `${resource_type} at ${threshold_percent} %`,
  );
  const usage = Object.entries(used).map(
    ([name, count]) => `${name} ${count} of ${limits[/** @type {keyof typeof used} */ (name)]}`,
  );
  return renderSettings(
    prn,
    "Billing and resources",
    [
      billing.payment_method === null ? "" : `paid by ${billing.payment_method.replace("_", " ")}`,
      devices === 0 ? "" : formatCount(devices, "device", "devices"),
      active_deployments === 0 ? "" : formatCount(active_deployments, "active deployment", "active deployments"),
    ],
    () => [
      ...renderSetting("Payment", billing.payment_method?.replace("_", " ") ?? "none"),
      ...renderSetting("Billing e-mail", billing.billing_email ?? "none"),
      ...renderSetting("Usage alerts", alerts.join(", ") || "none"),
      ...renderSetting(
        "Credit card",
        createCheckbox(
          "on file",
          card_on_file,
          (isOnFile) => update({ card_on_file: isOnFile }),
          `Credit card of ${organization} on file`,
        ),
      ),
      ...renderSetting("Usage", usage.join(", ")),
      ...renderSetting(
        "Blocks deletion",
        renderCounter("devices", devices, (count) => update({ devices: count })),
        renderCounter("active deployments", active_deployments, (count) => update({ active_deployments: count })),
        renderCounter("unpaid charges", outstanding_charges, (count) => update({ outstanding_charges: count })),
      ),
    ],
  );
}

/** @param {string} name @param {number} count @param {(count: number) => unknown} update */
function renderCounter(name, count, update) {
  return createElement(
    "span",
    { className: "counter" },
    createButton("−", () => update(count - 1), { label: `Remove one of the ${name}`, disabled: count === 0 }),
    createElement("output", {}, String(count)),
    createButton("+", () => update(count + 1), { label: `Add one to the ${name}` }),
    ` ${name}`,
  );
}
