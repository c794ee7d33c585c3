using System.Diagnostics.Metrics;

namespace Sidecar.Supervision.Memory;

/// <summary>
/// What the runtime's own meter (<c>System.Runtime</c>) does not tell of memory: what lies outside the managed heap, as that of SQLite, TLS and
/// program files that are in use.
/// </summary>
internal static class NativeMemory
{
    public const string MeterName = "Sidecar.Memory";

    public static void AddTo(IMeterFactory meters) => meters.Create(MeterName).CreateObservableUpDownCounter(
        "sidecar.memory.native", () => Bytes, "By", "Resident memory that is not the managed heap's.");

    /// <summary>Resident bytes but those that the collector has taken from the system.</summary>
    public static long Bytes => Math.Max(0, Environment.WorkingSet - GC.GetGCMemoryInfo().TotalCommittedBytes);
}
