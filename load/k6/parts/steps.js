/**
 * Steps of a rising rate: each is `factor` times the one before it.
 *
 * @returns Rates a second, whole numbers that rise.
 */
export function riseTo({ from, most, factor }) {
  const rates = [];
  for (let rate = from; rate <= most; rate = Math.max(rate + 1, Math.round(rate * factor))) {
    rates.push(rate);
  }
  return rates;
}
