namespace Sidecar.SidecarWorker.Agents;

/// <summary>
/// What agents of one session write beside their link, as log entries for a person who looks for a cause: without secrets, so many a minute,
/// and how many were left out. Turned off by the level of its category.
/// </summary>
internal sealed partial class DiagnosticLog(Guid sessionId, TimeProvider time, ILogger<DiagnosticLog> logger)
{
    /// <summary>How many lines of a window are logged.</summary>
    public const int MostOfWindow = 20;

    /// <summary>After this time as many are logged again.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private long _began = time.GetTimestamp();
    private int _lines;

    /// <summary>One line. From any thread.</summary>
    /// <param name="line">Its text, or its beginning, redacted.</param>
    public void Add(string line)
    {
        lock (_gate)
        {
            if (time.GetElapsedTime(_began) >= Window)
            {
                Renew();
            }

            if (++_lines <= MostOfWindow)
            {
                Log.Line(logger, sessionId, line);
            }
        }
    }

    /// <summary>The run has ended: tells what was left out.</summary>
    public void End()
    {
        lock (_gate)
        {
            Renew();
        }
    }

    private void Renew()
    {
        if (_lines > MostOfWindow)
        {
            Log.LeftOut(logger, sessionId, _lines - MostOfWindow);
        }

        (_began, _lines) = (time.GetTimestamp(), 0);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Session {SessionId}: the agent wrote beside its messages: {Line}")]
        public static partial void Line(ILogger logger, Guid sessionId, string line);

        [LoggerMessage(2, LogLevel.Information, "Session {SessionId}: {Lines} more lines of the agent were left out.")]
        public static partial void LeftOut(ILogger logger, Guid sessionId, int lines);
    }
}
