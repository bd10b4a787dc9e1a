/// What threads of the library leave for the host, with a descriptor that is readable as long as there is something. Any
/// thread.
///
/// Answers are never lost: each has its place before the work for it begins. Notes (log entries) are dropped while
/// there are too many of them, and how many were is said in their place.
public final class PollableQueue<Element: Sendable>: @unchecked Sendable {
  public enum Entry: Sendable {
    case answer(Element)
    case note(Element)
    /// So many notes are missing here.
    case gap(UInt64)
  }

  /// The place of an answer that is to come; it holds in the process that took it.
  public struct Place: Sendable { fileprivate let processGeneration: Int }

  /// Guards the rest. No element is freed under it.
  private let lock = Lock(survivesFork: true)
  private let capacity: Int
  private var entries = Fifo<Entry>()
  private var notes = 0
  /// Those to come, and those that wait here.
  private var answers = 0
  private var isClosed = false
  private var processGeneration = ForkSafety.processGeneration
  private var descriptor = ReadinessDescriptor()

  /// As many answers, and as many notes. Without a `descriptorNumber` where the system has none to give.
  public init(capacity: Int) { self.capacity = capacity }

  deinit { descriptor.close() }

  /// -1: none.
  public var descriptorNumber: CInt {
    exclusively { descriptor.number }
  }

  /// A place for one answer; nil when there is none.
  public func reserve() -> Place? {
    exclusively {
      guard !isClosed, descriptor.number >= 0, answers < capacity else { return nil }
      answers += 1
      return Place(processGeneration: processGeneration)
    }
  }

  /// Gives a place back: no answer will come.
  public func cancel(_ place: Place) {
    exclusively {
      if place.processGeneration == processGeneration { answers -= 1 }
    }
  }

  /// Dropped where nobody waits for it: the queue is closed, or this is a child of the process that asked.
  public func add(answer: Element, at place: Place) {
    exclusively {
      if !isClosed, place.processGeneration == processGeneration { append(.answer(answer)) }
    }
  }

  public func add(note: Element) {
    exclusively {
      guard !isClosed else { return }
      if notes < capacity {
        notes += 1
        append(.note(note))
      } else if case .gap(let count) = entries.last {
        entries.replaceLast(by: .gap(count &+ 1))
      } else {
        append(.gap(1))
      }
    }
  }

  /// What has been there longest; nil when there is nothing.
  public func next() -> Entry? {
    exclusively {
      guard let entry = entries.takeFirst() else { return nil }
      switch entry {
      case .answer: answers -= 1
      case .note: notes -= 1
      case .gap: break
      }
      if entries.isEmpty { descriptor.lower() }
      return entry
    }
  }

  /// Nobody asks any more. What is here is freed, and so is what comes.
  public func close() {
    let dropped: [Entry?] = exclusively {
      isClosed = true
      descriptor.close()
      return entries.takeAll()
    }
    withExtendedLifetime(dropped) {}
  }

  private func append(_ entry: Entry) {
    if entries.isEmpty { descriptor.raise() }
    entries.append(entry)
  }

  /// In a child of fork it begins empty: what waited in the parent is there still, and would be answered twice.
  private func exclusively<Result>(_ body: () -> Result) -> Result {
    let (result, orphans): (Result, [Entry?]) = lock.withLock {
      guard processGeneration != ForkSafety.processGeneration else { return (body(), []) }
      processGeneration = ForkSafety.processGeneration
      (notes, answers) = (0, 0)
      descriptor.renew()
      let orphans = entries.takeAll()
      return (body(), orphans)
    }
    withExtendedLifetime(orphans) {}  // freed here: they may hold anything
    return result
  }
}
