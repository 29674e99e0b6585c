//! Making and holding digests, as both engines do it: over their own connection, and their own statements of figures.

/// The functions `keep`, `left` and `verify` of an engine: its connection, the type of a release's number and how it is bound,
/// and the level of an access. `figures_of` and `all_figures`, which give figures to [`super::digest::Digests`], stand where the
/// macro is called.
macro_rules! digesting {
    ($connection:ty, $stored:ty, $number:expr, $level:expr) => {
        /// The digest of one release, as it stands; `number` is its own, as the engine binds it.
        async fn of_one(
            connection: &mut $connection,
            number: $stored,
            release: &Release,
            before: Option<&Kept>,
        ) -> Result<String, StoreError> {
            let mut digests = Digests::only(release.number);
            let slices = sqlx::query(SLICES_OF).bind(number).fetch_all(&mut *connection).await;
            digests.slices(&slices.doing("make the digest of a release")?)?;
            figures_of(connection, number, &mut digests).await?;
            digests.reference(sqlx::query(REFERENCE_OF).bind(number).fetch(&mut *connection)).await?;
            Ok(digests.of(release, before))
        }

        /// Makes the digest of a release from what was just written, and keeps it.
        pub(super) async fn keep(connection: &mut $connection, release: &Release) -> Result<(), StoreError> {
            let doing = "keep the digest of a release";
            let number = $number(release.number)?;
            let before = sqlx::query(NEWEST).fetch_optional(&mut *connection).await.doing(doing)?;
            let before = before.as_ref().map(Kept::read).transpose()?;
            let digest = of_one(connection, number, release, before.as_ref()).await?;
            sqlx::query(KEEP).bind(number).bind(digest).execute(connection).await.doing(doing)?;
            Ok(())
        }

        /// The digest of what is left of a release, in the place that its own has in the chain; `None` where none was kept.
        pub(super) async fn left(
            connection: &mut $connection,
            release: ReleaseNumber,
        ) -> Result<Option<String>, StoreError> {
            let doing = "make the digest of what is left";
            let number = $number(release)?;
            let kept = sqlx::query(DIGESTS).bind(number).fetch_all(&mut *connection).await.doing(doing)?;
            let kept = kept.iter().map(Kept::read).collect::<Result<Vec<_>, _>>()?;
            let Some((own, before)) = kept.split_first().filter(|(own, _)| own.release == release) else {
                return Ok(None);
            };
            let level = $level(&Viewer::operator());
            let rows = sqlx::query(RELEASE).bind(level).bind(number).fetch_all(&mut *connection).await.doing(doing)?;
            let rows = releases(&rows)?;
            let Some(told) = rows.first().filter(|told| told.number == own.release) else { return Ok(None) };
            Ok(Some(of_one(connection, number, told, before.first()).await?))
        }

        /// See [`crate::store::Upkeep::verify`]. The connection is in a transaction that reads one snapshot.
        pub(in crate::store) async fn verify(connection: &mut $connection) -> Result<Verified, StoreError> {
            let doing = "verify its releases";
            let kept = sqlx::query(ALL).fetch_all(&mut *connection).await.doing(doing)?;
            let kept = kept.iter().map(Kept::read).collect::<Result<_, _>>()?;
            let level = $level(&Viewer::operator());
            let left = sqlx::query(LEFT_OF).fetch_all(&mut *connection).await.doing(doing)?;
            let left = left.iter().map(Left::read).collect::<Result<Vec<_>, _>>()?;
            let rows = sqlx::query(EVERY_RELEASE).bind(level).fetch_all(&mut *connection).await.doing(doing)?;
            let mut digests = Digests::default();
            digests.slices(&sqlx::query(ALL_SLICES).fetch_all(&mut *connection).await.doing(doing)?)?;
            all_figures(connection, &mut digests).await?;
            digests.reference(sqlx::query(ALL_REFERENCE).fetch(connection)).await?;
            Ok(digests.verify(&releases(&rows)?, kept, &left))
        }
    };
}

pub(in crate::store) use digesting;
