/** @param {Organization} organization */
function billing({ name: organization, billing: settings, belongings, card_on_file, limits, used }) {
  /** @param {object} changes */
  const set = (changes) => act("set-belongings", { organization, ...changes });
  const alerts = settings.usage_alerts.map(
    ({ resource_type, threshold_percent }) => `${resource_type} at ${threshold_percent} %`,
  );
  const use = Object.entries(used).map(
    ([name, count]) => `${name} ${count} of ${limits[/** @type {keyof typeof used} */ (name)]}`,
  );
  const { devices, active_deployments: deployments } = belongings;
  return folded(
    "Billing and belongings",
    [
      settings.payment_method === null ? "" : `paid by ${settings.payment_method.replace("_", " ")}`,
      devices === 0 ? "" : counted(devices, "device", "devices"),
      deployments === 0 ? "" : counted(deployments, "active deployment", "active deployments"),
    ],
    element("dl", {}, [
      ...setting("Payment", element("p", {}, settings.payment_method ?? "none")),
      ...setting("Billing e-mail", element("p", {}, settings.billing_email ?? "none")),
      ...setting("Usage alerts", element("p", {}, alerts.join(", ") || "none")),
      ...setting(
        "Card",
        checkbox("on file", card_on_file, (there) => set({ card_on_file: there }), `Card of ${organization} on file`),
      ),
      ...setting("In use", element("p", {}, use.join(", "))),
      ...setting(
        "In the way of a deletion",
        counter("devices", devices, (devices) => set({ devices })),
        counter("active deployments", deployments, (active_deployments) => set({ active_deployments })),
        counter("unpaid charges", belongings.outstanding_charges, (outstanding_charges) =>
          set({ outstanding_charges }),
        ),
      ),
    ]),
  );
}

/** @param {string} name @param {number} count @param {(count: number) => unknown} set */
function counter(name, count, set) {
  return element(
    "span",
    { className: "counter" },
    button("−", () => set(count - 1), { label: `One of the ${name} less`, disabled: count === 0 }),
    element("output", {}, String(count)),
    button("+", () => set(count + 1), { label: `One more of the ${name}` }),
    ` ${name}`,
  );
}
