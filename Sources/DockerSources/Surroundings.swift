// Notices that this machine has slept, or that its network is another one: connections from before lead nowhere then.
import NIOConcurrencyHelpers

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What the last look saw, as a value.
struct SurroundingsRecord: Sendable {
    /// This machine's clocks at one moment, in nanoseconds.
    struct Clocks: Hashable, Sendable {
        /// Stands still while the machine sleeps.
        var awake: Int64
        /// Goes on while the machine sleeps.
        var always: Int64
        /// The time of day: the only one that tells of a virtual machine that was halted and whose clock was set right after that.
        var wall: Int64
    }

    private var last: Clocks?
    private var addresses: Int?
    private var addressesSeenAt: Int64 = 0

    /// A sleep of less leaves connections as they are.
    static let shortestSleep: Int64 = 1_000_000_000
    /// A time of day that moves by less was set right by a little.
    static let shortestHalt: Int64 = 10_000_000_000
    /// Addresses are read again after this time; it takes some 50 microseconds.
    static let addressesTime: Int64 = 2_000_000_000

    /// Whether something has changed since the last look. Nothing has at the first one.
    mutating func haveChanged(_ now: Clocks, addresses read: () -> Int?) -> Bool {
        var isChanged = false
        if let last {
            let span = now.awake - last.awake
            isChanged =
                now.always - last.always - span >= Self.shortestSleep
                || now.wall - last.wall - span >= Self.shortestHalt
        }
        if last == nil || isChanged || now.awake - addressesSeenAt >= Self.addressesTime {
            addressesSeenAt = now.awake
            if let seen = read() {
                isChanged = isChanged || (addresses.map { $0 != seen } ?? false)
                addresses = seen
            }
        }
        last = now
        return isChanged
    }
}

/// The record, shared by all calls.
final class Surroundings: Sendable {
    /// Nil while nobody watches: then it is not looked at.
    private let record = NIOLockedValueBox<SurroundingsRecord?>(nil)
    private let clocks: @Sendable () -> SurroundingsRecord.Clocks
    private let addresses: @Sendable () -> Int?

    init(
        clocks: @escaping @Sendable () -> SurroundingsRecord.Clocks = Surroundings.clocks,
        addresses: @escaping @Sendable () -> Int? = Surroundings.addresses
    ) {
        self.clocks = clocks
        self.addresses = addresses
    }

    /// From now on it is looked at, or no longer.
    func watch(_ isWatched: Bool) { record.withLockedValue { $0 = isWatched ? SurroundingsRecord() : nil } }

    /// Whether something has changed since the last call. Most calls only read clocks.
    func haveChanged() -> Bool {
        record.withLockedValue { $0?.haveChanged(clocks(), addresses: addresses) ?? false }
    }

    @Sendable static func clocks() -> SurroundingsRecord.Clocks {
        #if canImport(Glibc)
            let (awake, always) = (CLOCK_MONOTONIC, CLOCK_BOOTTIME)
        #else
            let (awake, always) = (CLOCK_UPTIME_RAW, CLOCK_MONOTONIC)
        #endif
        return .init(awake: read(awake), always: read(always), wall: read(CLOCK_REALTIME))
    }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// A number that stays the same while the addresses of this machine do; nil when the system does not tell them.
    ///
    /// Left out is what comes and goes with containers (their bridges and cables), and what leads nowhere. Of IPv6 the network
    /// counts alone: systems change the rest each day, for privacy.
    @Sendable static func addresses() -> Int? {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return nil }
        defer { freeifaddrs(list) }
        var sum = 0
        var next = list
        while let entry = next?.pointee {
            next = entry.ifa_next
            let flags = Int32(truncatingIfNeeded: entry.ifa_flags)
            guard let address = entry.ifa_addr, flags & Int32(IFF_UP) != 0, flags & Int32(IFF_LOOPBACK) == 0 else {
                continue
            }
            let name = String(cString: entry.ifa_name)
            guard !ofContainers.contains(where: name.hasPrefix), let bytes = bytes(of: address) else { continue }
            var hasher = Hasher()
            hasher.combine(name)
            hasher.combine(bytes)
            // A sum, since the order of the list means nothing.
            sum &+= hasher.finalize()
        }
        return sum
    }

    private static let ofContainers = ["docker", "br-", "veth", "cni", "podman", "virbr", "vnet", "flannel", "cali"]

    /// What is worth comparing of an address; nil for other kinds, and for those that only mean "this cable".
    private static func bytes(of address: UnsafeMutablePointer<sockaddr>) -> [UInt8]? {
        switch Int32(address.pointee.sa_family) {
        case AF_INET:
            let number = UnsafeRawPointer(address).loadUnaligned(as: sockaddr_in.self).sin_addr.s_addr
            let bytes = withUnsafeBytes(of: number) { Array($0) }
            return bytes[0] == 169 && bytes[1] == 254 ? nil : bytes
        case AF_INET6:
            let address = UnsafeRawPointer(address).loadUnaligned(as: sockaddr_in6.self).sin6_addr
            let bytes = withUnsafeBytes(of: address) { Array($0.prefix(8)) }
            return bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80 ? nil : bytes
        default: return nil
        }
    }
}
