import CSystem

/// The number of the processor this runs on, for choosing a place of its own: it may be another one a moment later.
public func currentProcessor() -> Int { Int(UInt32(bitPattern: sched_getcpu())) }
