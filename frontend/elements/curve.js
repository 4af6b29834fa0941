// One figure by step. A point replaces all at or after its step: an attempt that goes on from a
// checkpoint draws over what the lost one had drawn beyond it.
const KEPT = 0.9; // of the past, at each point of the smoothed line

export class Curve {
  constructor(steps = [], values = []) {
    this.steps = steps;
    this.values = values;
  }

  get last() {
    return this.values.at(-1);
  }

  // The value at a step, or the newest before it.
  at(step) {
    const place = this.steps.findLastIndex((each) => each <= step);
    return place < 0 ? undefined : this.values[place];
  }

  push(step, value) {
    while (this.steps.length && this.steps.at(-1) >= step) {
      this.steps.pop();
      this.values.pop();
    }
    this.steps.push(step);
    this.values.push(value);
  }

  // Exponential moving average, free of the pull towards zero at its start.
  smoothed() {
    let sum = 0;
    let weight = 0;
    return this.values.map((value) => {
      sum = KEPT * sum + (1 - KEPT) * value;
      weight = KEPT * weight + (1 - KEPT);
      return sum / weight;
    });
  }

  // At most `most` [step, value], evenly taken, the last always among them.
  thinned(most) {
    const stride = Math.ceil(this.steps.length / most) || 1;
    const last = this.steps.length - 1;
    return this.steps
      .map((step, i) => [step, this.values[i], i])
      .filter(([, , i]) => (last - i) % stride === 0);
  }
}
