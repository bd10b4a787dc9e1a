/// Why keys are fetched: each reason has its own pace.
enum FetchReason {
  /// None are at hand, or only ones that are too old to use.
  case missingKeys
  /// A token names one that is not at hand.
  case unknownKey
  /// They get old.
  case refresh
}
