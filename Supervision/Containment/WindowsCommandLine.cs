using System.Text;

namespace Sidecar.Supervision.Containment;

/// <summary>Windows gives a program one line, which the program takes apart again.</summary>
internal static class WindowsCommandLine
{
    /// <summary>Quotes as <c>CommandLineToArgvW</c> reads: backslashes count only before a quote, where they are doubled.</summary>
    public static string Join(IEnumerable<string> arguments)
    {
        var line = new StringBuilder();
        foreach (var argument in arguments)
        {
            line.Append(line.Length > 0 ? " " : "");
            if (argument.Length > 0 && !argument.AsSpan().ContainsAny(" \t\n\v\""))
            {
                line.Append(argument);
                continue;
            }

            line.Append('"');
            var backslashes = 0;
            foreach (var character in argument)
            {
                line.Append('\\', character == '"' ? backslashes + 1 : 0).Append(character);
                backslashes = character == '\\' ? backslashes + 1 : 0;
            }

            line.Append('\\', backslashes).Append('"');
        }

        return line.ToString();
    }
}
