using System.Globalization;
using Microsoft.Extensions.Options;
using Sidecar.Supervision.Containment;
using Sidecar.Supervision.Settings;

namespace Sidecar.Supervision.Limits;

/// <summary>What a child and everything it started may use together. Zero means no limit.</summary>
public sealed class TreeLimits
{
    private const string Section = "Limits";

    /// <summary>Memory beyond which the child is replaced when it is idle.</summary>
    /// <value>The default value is 4 GiB.</value>
    [NumberRange(Section, 0, long.MaxValue)]
    public long SoftMemoryBytes { get; set; } = 4L << 30;

    /// <summary>Memory beyond which it is replaced at once.</summary>
    /// <value>The default value is 12 GiB.</value>
    [NumberRange(Section, 0, long.MaxValue)]
    public long HardMemoryBytes { get; set; } = 12L << 30;

    /// <summary>How many processes there may be; with one more it is replaced at once.</summary>
    /// <value>The default value is 500.</value>
    [NumberRange(Section, 0, 1_000_000)]
    public int MaxProcesses { get; set; } = 500;

    /// <summary>Compares what is used with what is allowed. Null when all is well.</summary>
    public LimitBreach? Check(TreeUsage usage)
    {
        if (MaxProcesses > 0 && usage.Processes > MaxProcesses)
        {
            return new LimitBreach(IsHard: true, Say($"it has {usage.Processes} processes; {MaxProcesses} are allowed"));
        }

        if (HardMemoryBytes > 0 && usage.ResidentBytes > HardMemoryBytes)
        {
            return new LimitBreach(IsHard: true, Memory(usage, HardMemoryBytes));
        }

        return SoftMemoryBytes > 0 && usage.ResidentBytes > SoftMemoryBytes ? new LimitBreach(IsHard: false, Memory(usage, SoftMemoryBytes)) : null;
    }

    private static string Memory(TreeUsage usage, long limit) =>
        Say($"it uses {usage.ResidentBytes / 1048576.0:0.#} MiB of memory with all that it started; {limit / 1048576.0:0.#} MiB are allowed");

    private static string Say(FormattableString sentence) => sentence.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A limit that is exceeded.</summary>
/// <param name="IsHard">Whether the child must go now; otherwise when it is idle.</param>
/// <param name="Reason">Half a sentence for people: what is used and what is allowed.</param>
public sealed record LimitBreach(bool IsHard, string Reason);

/// <summary>Checks <see cref="TreeLimits"/>.</summary>
[OptionsValidator]
public sealed partial class TreeLimitsValidator : IValidateOptions<TreeLimits>;
