extension FieldComparison {
  /// Reference values that stand for the categories it has not seen: those of a category seen once.
  ///
  /// Had such a value been left out, it would be unseen, so their share is what a window without
  /// drift has of categories that the reference lacks: on average no less (I. J. Good, "The
  /// population frequencies of species and the estimation of population parameters", Biometrika 40,
  /// 1953). Values beyond the limit of categories may all be such. An earlier window did not choose
  /// the categories, so its unseen are as many as it counted.
  var unseenEstimate: UInt64 {
    let other = referenceBins.last ?? 0
    guard !isNumeric, !isOfWindows else { return isNumeric ? 0 : other }
    return other + UInt64(referenceBins.dropLast().count { $0 == 1 })
  }
}
