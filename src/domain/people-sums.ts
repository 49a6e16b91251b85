/** Dials and right-party contacts of a group of people, as sums over them. */
export interface PeopleSums {
  readonly people: number;
  readonly dials: number;
  readonly contacts: number;
  /** Sums over people of dials², contacts², dials · contacts. */
  readonly dialsSquared: number;
  readonly contactsSquared: number;
  readonly dialsContacts: number;
}
