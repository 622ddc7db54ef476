// Sets environment variables, for tests that run in a process of their own.
import Glibc

/// The environment of this process. Changing it is not safe beside other threads: for exit tests only.
public enum ProcessEnvironment {
    /// Sets a variable.
    public static func set(_ name: String, _ value: String) { setenv(name, value, 1) }
}
