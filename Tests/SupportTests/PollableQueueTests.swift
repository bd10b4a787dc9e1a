import Support
import Testing

private func describe(_ entry: PollableQueue<Int>.Entry?) -> String {
  switch entry {
  case .answer(let number): "answer \(number)"
  case .note(let number): "note \(number)"
  case .gap(let count): "gap \(count)"
  case nil: "nothing"
  }
}

@Test func aFifoGivesBackInOrderWhateverWasTaken() {
  var queue = Fifo<Int>()
  var next = 0
  for number in 0..<1000 {
    queue.append(number)
    if number % 3 != 0 {
      #expect(queue.takeFirst() == next)
      next += 1
    }
  }
  #expect(queue.count == 1000 - next)
  #expect(queue.last == 999)
  while let number = queue.takeFirst() {
    #expect(number == next)
    next += 1
  }
  #expect(next == 1000)
  #expect(queue.isEmpty && queue.last == nil && queue.takeFirst() == nil)
}

@Test func notesAreDroppedWhereThereIsNoRoomAndAnswersAreNot() {
  let queue = PollableQueue<Int>(capacity: 1)
  let place = queue.reserve()
  #expect(queue.reserve() == nil)
  for number in 1...3 { queue.add(note: number) }
  if let place { queue.add(answer: 4, at: place) }
  queue.add(note: 5)
  #expect(describe(queue.next()) == "note 1")
  queue.add(note: 6)
  #expect((0..<5).map { _ in describe(queue.next()) } == ["gap 2", "answer 4", "gap 1", "note 6", "nothing"])
  #expect(queue.reserve() != nil)
}

@Test func aPlaceThatIsGivenBackCanBeTakenAgain() {
  let queue = PollableQueue<Int>(capacity: 1)
  for _ in 0..<3 {
    guard let place = queue.reserve() else { return #expect(Bool(false), "there is a place") }
    queue.cancel(place)
  }
}

@Test func aClosedQueueHasNoDescriptorAndTakesNothing() {
  let queue = PollableQueue<Int>(capacity: 2)
  let place = queue.reserve()
  #expect(queue.descriptorNumber >= 0)
  queue.add(note: 1)
  queue.close()
  queue.close()
  if let place { queue.add(answer: 2, at: place) }
  queue.add(note: 3)
  #expect(describe(queue.next()) == "nothing")
  #expect(queue.reserve() == nil)
  #expect(queue.descriptorNumber == -1)
}
