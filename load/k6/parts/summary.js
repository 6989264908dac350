// Hands what k6 found to the runner.

/** k6 calls it at the end of every scenario that exports it. */
export function handleSummary({ metrics, root_group, state }) {
  const checks = collectChecks(root_group);
  return { [__ENV.SUMMARY || "stdout"]: JSON.stringify({ metrics, checks, state }) };
}

function collectChecks({ checks, groups }) {
  const own = checks.map(({ name, passes, fails }) => ({ name, passes, fails }));
  return [...own, ...groups.flatMap(collectChecks)];
}
