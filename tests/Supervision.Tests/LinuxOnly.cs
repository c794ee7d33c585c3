using System.Runtime.Versioning;

// They look into /proc and send signals; on other systems only the build is checked.
[assembly: SupportedOSPlatform("linux")]
