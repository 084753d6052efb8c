"""Who there is: members as arrays, blocs, branches and activists."""
