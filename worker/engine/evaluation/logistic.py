"""Multinomial logistic regression, the classifier of a linear probe.

Legend: N rows, F features, K classes.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax

MOST_STEPS = 1000
"""More than a probe of a few thousand rows has been seen to need by ten times."""


@dataclass(frozen=True)
class Logistic:
    """softmax(x · weights + bias); the oracle is scikit-learn's LogisticRegression."""

    weights_FK: np.ndarray
    bias_K: np.ndarray

    @classmethod
    def fitted(cls, rows_NF: np.ndarray, classes_N: np.ndarray, count: int, c: float) -> "Logistic":
        """The minimum of ½‖weights‖² + c · Σ −log p(class), by L-BFGS in 64 bits.

        `classes_N` are numbers below `count`. The problem is convex, so the start doesn't matter.
        """
        rows_NF = rows_NF.astype(np.float64)
        features = rows_NF.shape[1]
        truth_NK = np.eye(count)[classes_N]

        def objective(flat: np.ndarray) -> tuple[float, np.ndarray]:
            weights_FK, bias_K = _parts(flat, features)
            log_p_NK = log_softmax(rows_NF @ weights_FK + bias_K, axis=1)
            errors_NK = c * (np.exp(log_p_NK) - truth_NK)
            value = 0.5 * (weights_FK**2).sum() - c * (log_p_NK * truth_NK).sum()
            gradient = np.vstack([rows_NF.T @ errors_NK + weights_FK, errors_NK.sum(axis=0)])
            return float(value), gradient.ravel()

        start = np.zeros((features + 1) * count)
        options = {"maxiter": MOST_STEPS, "ftol": 1e-10, "gtol": 1e-5 * c}
        found = minimize(objective, start, jac=True, method="L-BFGS-B", options=options)
        return cls(*_parts(found.x, features))

    def predict(self, rows_NF: np.ndarray) -> np.ndarray:
        """The number of the likeliest class of each row: N."""
        likeliest_N: np.ndarray = (rows_NF @ self.weights_FK + self.bias_K).argmax(axis=1)
        return likeliest_N


def _parts(flat: np.ndarray, features: int) -> tuple[np.ndarray, np.ndarray]:
    """Weights F×K and bias K from one vector."""
    both = flat.reshape(features + 1, -1)
    return both[:-1], both[-1]
