internal import RealModule

extension FieldComparison {
  /// Reference values that stand for the categories it has not seen: those of a category seen once.
  ///
  /// Had such a value been left out, it would be unseen, so their share is what a window without
  /// drift has of categories that the reference lacks: on average no less (I. J. Good, "The
  /// population frequencies of species and the estimation of population parameters", Biometrika 40,
  /// 1953). An earlier window did not choose the categories, so its unseen are as many as it
  /// counted.
  var unseenEstimate: UInt64 {
    let other = referenceBins.last ?? 0
    guard !isNumeric, !isOfWindows else { return isNumeric ? 0 : other }
    return other + UInt64(referenceBins.dropLast().count { $0 == 1 })
  }

  /// As many, and, where categories were left out, what is kept of such by chance alone.
  var unseenExpected: UInt64 {
    guard !isNumeric, !isOfWindows else { return unseenEstimate }
    let kept = kept
    return (referenceBins.last ?? 0) + kept.byChance + UInt64(kept.surely.count { $0 == 1 })
  }

  /// The most that categories which the reference has not seen may be of its population.
  ///
  /// - Parameter risk: The probability that they are more.
  /// - Returns: 0 ... 1, above the share of `unseenExpected` where that is not all.
  /// - Complexity: O(categories log categories).
  func unseenAtMost(risk: Double) -> Double {
    let kept = kept
    return UnseenMass(categories: kept.surely, other: (referenceBins.last ?? 0) + kept.byChance)
      .atMost(risk: risk)
  }

  /// Values of the rarest categories that the reference keeps, where it does not keep all, and the
  /// counts of the other categories.
  ///
  /// Those left out have come c times at most, the fewest that a kept one has. Of the population
  /// all that came less than c times are on average what came once more in the sample, and so for
  /// each number of times: together c times as much as the categories that have come c times,
  /// besides the values left out. Some of those are left out themselves: so are all taken for that
  /// have come once more. Where one category alone has so few it is taken to be as frequent as it
  /// was.
  private var kept: (byChance: UInt64, surely: [UInt64]) {
    let counts = referenceBins.dropLast()
    guard referenceBins.last ?? 0 > 0, let fewest = counts.min(),
      counts.count(where: { $0 == fewest }) > 1
    else { return (0, Array(counts)) }
    let byChance = counts.reduce(0) { $1 <= fewest + 1 ? $0 + $1 : $0 }
    return (byChance, counts.filter { $0 > fewest + 1 })
  }
}

/// What a sample says of the categories that are not in it: how much of the population they are.
///
/// Good's estimate s₁/m is off by more than a share of m values would be: its variance is about
/// (s₁ + 2 s₂)/m², where sᵣ categories were seen r times (H. E. Robbins, "Estimating the total
/// probability of the unobserved outcomes of an experiment", Ann. Math. Stat. 39, 1968; W. W. Esty,
/// "A normal limit law for a nonparametric estimator of the coverage of a random sample", Ann.
/// Stat. 11, 1983). And where few categories of the same size are left, what they are is no normal
/// number. So the bound is one that needs no law: of a category that is met λ times on average, by
/// Poisson's law, let g be exp(t λ) where it was not met, and 1 − tʳ where it was r times. The mean
/// of g is 1 for every λ and every t from 0 to 1, as that of the product over all categories is.
/// By Markov's inequality the unseen mass M is with the probability 1 − ε at most
///
///     (ln(1/ε) − Σ sᵣ ln(1 − tʳ)) / (t m),
///
/// for small t s₁/m and what the variance above asks for. The least of all t is taken, which the
/// inequality does not allow; of samples drawn 20,000 times each from populations of 2 to 100,000
/// categories M was above it a fifth as often as ε allows at most, at 5 %, and never more often.
struct UnseenMass {
  /// How many categories were seen so often, seldom ones first.
  private var classes: [(times: Double, categories: Double)] = []
  /// Values of the sample.
  private var count = 0.0

  /// - Parameters:
  ///   - categories: How often each was seen; at least once.
  ///   - other: Values of categories that were not told apart: each may have been the only one.
  init(categories: some Sequence<UInt64>, other: UInt64) {
    if other > 0 { classes.append((1, Double(other))) }
    count = Double(other)
    for times in categories.sorted() where times > 0 {
      count += Double(times)
      if let last = classes.last, last.times == Double(times) {
        classes[classes.count - 1].categories += 1
      } else {
        classes.append((Double(times), 1))
      }
    }
  }

  /// The unseen mass at most, with so small a probability to be more; 1 of an empty sample.
  func atMost(risk: Double) -> Double {
    let information = -Double.log(risk)
    // The bound has one minimum: the logarithms' sum is convex in t, and 0 at 0.
    var (low, high) = (0.0, 1.0)
    for _ in 0..<Self.halvings {
      let middle = (low + high) / 2
      let (sum, slope) = logarithms(middle)
      if middle * slope - sum < information { low = middle } else { high = middle }
    }
    guard low > 0, count > 0 else { return 1 }
    return min(1, (information + logarithms(low).sum) / (low * count))
  }

  private static let halvings = 32
  /// Powers of t below this add nothing to a double.
  private static let negligible = -50.0

  /// −Σ sᵣ ln(1 − tʳ), and its derivative by t.
  private func logarithms(_ t: Double) -> (sum: Double, slope: Double) {
    let logarithm = Double.log(t)
    var (sum, slope) = (0.0, 0.0)
    for (times, categories) in classes {
      guard times * logarithm > Self.negligible else { break }
      let power = Double.exp(times * logarithm)
      sum -= categories * .log(onePlus: -power)
      slope += categories * times * power / (1 - power) / t
    }
    return (sum, slope)
  }
}
