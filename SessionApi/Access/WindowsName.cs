namespace Sidecar.SessionApi.Access;

/// <summary>Names that Windows takes for something else than a file or folder of that name.</summary>
internal static class WindowsName
{
    private static readonly string[] Devices = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];

    /// <summary>
    /// False for a device (<c>NUL</c>, <c>com1.txt</c>), for an alternate stream (<c>a.txt:b</c>), which is also how a path relative to
    /// another drive is written, and for a name that ends in a dot or a space, which Windows cuts off.
    /// </summary>
    public static bool IsPlain(ReadOnlySpan<char> name)
    {
        if (name is "" or ".")
        {
            return true;
        }

        return !name.ContainsAny(':', '*', '?') && !name.ContainsAny('<', '>', '|') && !name.Contains('"') && name[^1] is not ('.' or ' ') && !IsDevice(name);
    }

    // The extension does not matter, nor do spaces before it: "nul .txt" is the device too.
    private static bool IsDevice(ReadOnlySpan<char> name)
    {
        var dot = name.IndexOf('.');
        var stem = (dot < 0 ? name : name[..dot]).TrimEnd(' ');
        foreach (var device in Devices)
        {
            if (stem.Equals(device, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return stem.Length == 4
            && (stem.StartsWith("COM", StringComparison.OrdinalIgnoreCase) || stem.StartsWith("LPT", StringComparison.OrdinalIgnoreCase))
            && stem[3] is (>= '0' and <= '9') or '\u00b9' or '\u00b2' or '\u00b3';
    }
}
