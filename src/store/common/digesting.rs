//! Making and holding digests, as both engines do it: over their own connection, and their own statements of figures.

/// The functions `keep` and `verify` of an engine: its connection, a release's number as it binds one, and the level of an
/// access. `FIGURES_OF` and `ALL_FIGURES` stand where the macro is called.
macro_rules! digesting {
    ($connection:ty, $number:expr, $level:expr) => {
        /// Makes the digest of a release from what was just written, and keeps it.
        pub(super) async fn keep(connection: &mut $connection, release: &Release) -> Result<(), StoreError> {
            let doing = "keep the digest of a release";
            let mut digests = Digests::only(release.number);
            let number = $number(release.number)?;
            digests.slices(&sqlx::query(SLICES_OF).bind(number).fetch_all(&mut *connection).await.doing(doing)?)?;
            digests.figures(sqlx::query(FIGURES_OF).bind(number).fetch(&mut *connection)).await?;
            digests.reference(sqlx::query(REFERENCE_OF).bind(number).fetch(&mut *connection)).await?;
            let before = sqlx::query(NEWEST).fetch_optional(&mut *connection).await.doing(doing)?;
            let before = before.as_ref().map(Kept::read).transpose()?;
            let digest = digests.of(release, before.as_ref());
            sqlx::query(KEEP).bind(number).bind(digest).execute(connection).await.doing(doing)?;
            Ok(())
        }

        /// See [`crate::store::Upkeep::verify`]. The connection is in a transaction that reads one snapshot.
        pub(in crate::store) async fn verify(connection: &mut $connection) -> Result<Verified, StoreError> {
            let doing = "verify its releases";
            let kept = sqlx::query(ALL).fetch_all(&mut *connection).await.doing(doing)?;
            let kept = kept.iter().map(Kept::read).collect::<Result<_, _>>()?;
            let level = $level(&Viewer::operator());
            let rows = sqlx::query(EVERY_RELEASE).bind(level).fetch_all(&mut *connection).await.doing(doing)?;
            let mut digests = Digests::default();
            digests.slices(&sqlx::query(ALL_SLICES).fetch_all(&mut *connection).await.doing(doing)?)?;
            digests.figures(sqlx::query(ALL_FIGURES).fetch(&mut *connection)).await?;
            digests.reference(sqlx::query(ALL_REFERENCE).fetch(connection)).await?;
            Ok(digests.verify(&releases(&rows)?, kept))
        }
    };
}

pub(in crate::store) use digesting;
