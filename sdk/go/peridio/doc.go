// Peridio organizations, their members and their security settings as code.
package peridio
