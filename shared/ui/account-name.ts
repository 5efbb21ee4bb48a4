/** An account as its person and everybody who reads over their shoulder can tell it from others: name and user name. */

export const accountName = ({ name, username }: { name: string; username: string }): string =>
  name === '' || name === username ? username : `${name} (${username})`
