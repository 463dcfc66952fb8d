//! `duikou.toml`: flags that a project always gives, written down once.
//!
//! A key is the long name of a flag. Keys at the top are for every command that has the flag, those under `[extract]`
//! for that command. What is given on the command line wins; of flags that may be given several times, both count.
//! Paths are taken from the folder of the file.

use clap::{Command, ValueHint};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// Its name.
const NAME: &str = "duikou.toml";

/// The settings that were found.
#[derive(Debug, Default)]
pub struct Config {
    path: PathBuf,
    table: Table,
}

impl Config {
    /// Looks for the file in the working directory and the folders above it.
    ///
    /// # Errors
    /// When there is one that cannot be read or is no TOML; the message names file, line and column.
    pub fn find() -> Result<Option<Self>, String> {
        let Ok(here) = std::env::current_dir() else { return Ok(None) };
        let Some(path) = here.ancestors().map(|folder| folder.join(NAME)).find(|path| path.is_file()) else {
            return Ok(None);
        };
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let table = text.parse().map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Some(Self { path, table }))
    }

    /// The flags that the settings stand for, for one command.
    ///
    /// # Errors
    /// Names the key that is no flag, or whose value cannot be.
    pub fn flags(&self, program: &Command, name: &str) -> Result<Vec<OsString>, String> {
        let fault = |key: &str, what: &str| format!("{}: `{key}`: {what}", self.path.display());
        let folder = self.path.parent().unwrap_or(Path::new(""));
        let mut flags = Vec::new();
        for (key, value) in &self.table {
            if let Value::Table(inner) = value {
                let command = program.find_subcommand(key).ok_or_else(|| fault(key, "no such command"))?;
                for (flag, value) in inner {
                    let flag_fault = |what: &str| fault(&format!("{key}.{flag}"), what);
                    let found = given(command, folder, flag, value).ok_or_else(|| flag_fault("no such flag"))?;
                    flags.extend(found.map_err(|what| flag_fault(&what))?.into_iter().filter(|_| key == name));
                }
                continue;
            }
            if program.get_subcommands().all(|command| given(command, folder, key, value).is_none()) {
                return Err(fault(key, "no command has such a flag"));
            }
            if let Some(found) = program.find_subcommand(name).and_then(|command| given(command, folder, key, value)) {
                flags.extend(found.map_err(|what| fault(key, &what))?);
            }
        }
        Ok(flags)
    }

    /// What `--show-config` prints: the file, and the flags of each command.
    ///
    /// # Errors
    /// As [`Config::flags`].
    pub fn show(&self, program: &Command) -> Result<String, String> {
        let mut lines = vec![format!("# {}", self.path.display())];
        for command in program.get_subcommands() {
            let flags = self.flags(program, command.get_name())?;
            if !flags.is_empty() {
                let flags: Vec<_> = flags.iter().map(|flag| flag.to_string_lossy()).collect();
                lines.push(format!("duikou {} {}", command.get_name(), flags.join(" ")));
            }
        }
        lines.push(String::new());
        Ok(lines.join("\n"))
    }
}

/// A setting as flags of a command; None when the command has no such flag.
fn given(command: &Command, folder: &Path, key: &str, value: &Value) -> Option<Result<Vec<OsString>, String>> {
    let argument = command.get_arguments().find(|argument| argument.get_long() == Some(key))?;
    let takes_value = argument.get_action().takes_values();
    let is_path = matches!(argument.get_value_hint(), ValueHint::AnyPath | ValueHint::FilePath | ValueHint::DirPath);
    let word = |value: &Value| -> Result<OsString, String> {
        let word = match value {
            Value::String(word) => word.clone(),
            Value::Integer(number) => number.to_string(),
            Value::Float(number) => number.to_string(),
            _ => return Err("a word or a number is wanted".to_string()),
        };
        let mut flag = OsString::from(format!("--{key}="));
        flag.push(if is_path { folder.join(word).into_os_string() } else { word.into() });
        Ok(flag)
    };
    Some(match (value, takes_value) {
        (Value::Boolean(true), false) => Ok(vec![format!("--{key}").into()]),
        (Value::Boolean(false), false) => Ok(Vec::new()),
        (_, false) => Err("true or false is wanted".to_string()),
        (Value::Array(values), true) => values.iter().map(word).collect(),
        (value, true) => word(value).map(|flag| vec![flag]),
    })
}

/// The arguments of the process with the settings in front of its own flags. An argument `--no-config` leaves them out.
///
/// # Errors
/// Names what is wrong in the file.
pub fn arguments(program: &Command) -> Result<Vec<OsString>, String> {
    let mut arguments: Vec<OsString> = std::env::args_os().collect();
    if arguments.iter().any(|argument| argument == "--no-config") {
        return Ok(arguments);
    }
    let Some(config) = Config::find()? else { return Ok(arguments) };
    let is_command = |argument: &OsString| {
        argument.to_str().and_then(|name| program.find_subcommand(name)).map(|command| command.get_name().to_string())
    };
    let found = arguments.iter().enumerate().skip(1).find_map(|(at, argument)| Some((at, is_command(argument)?)));
    if let Some((at, name)) = found {
        let flags = config.flags(program, &name)?;
        arguments.splice(at + 1..at + 1, flags);
    }
    Ok(arguments)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{Arg, ArgAction, value_parser};

    fn flags(text: &str, name: &str) -> Result<Vec<String>, String> {
        let dict = Arg::new("dict").long("dict").value_parser(value_parser!(PathBuf)).action(ArgAction::Append);
        let quiet = Arg::new("quiet").long("quiet").action(ArgAction::SetTrue);
        let program = Command::new("duikou")
            .subcommand(Command::new("extract").arg(dict.clone()).arg(quiet))
            .subcommand(Command::new("inspect").arg(dict));
        let config = Config { path: PathBuf::from("/p/duikou.toml"), table: text.parse().unwrap() };
        let flags = config.flags(&program, name)?;
        Ok(flags.into_iter().map(|flag| flag.into_string().unwrap()).collect())
    }

    #[test]
    fn keys_become_flags_of_the_commands_that_have_them() {
        let text = "dict = ['a', '/b']\nquiet = true\n[inspect]\ndict = 'c'";
        assert_eq!(flags(text, "extract").unwrap(), ["--dict=/p/a", "--dict=/b", "--quiet"]);
        assert_eq!(flags(text, "inspect").unwrap(), ["--dict=/p/a", "--dict=/b", "--dict=/p/c"]);
    }

    #[test]
    fn what_cannot_be_is_named() {
        assert!(flags("dcit = 'a'", "extract").unwrap_err().contains("`dcit`"));
        assert!(flags("[extract]\nquiet = 'a'", "extract").unwrap_err().contains("`extract.quiet`: true or false"));
        assert!(flags("[extrakt]\nquiet = true", "extract").unwrap_err().contains("no such command"));
    }
}
